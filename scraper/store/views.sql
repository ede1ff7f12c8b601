-- What people ask for, with both sides of a link in one row. Views hold no data and are rebuilt when this file changes.
-- A link is in force when it is not superseded, not rejected, and its source is a chosen parent (rank 1).

-- One row per link in force, of two possible parents the surer one first; a presumed original has a null address.
CREATE VIEW copies AS
SELECT
    links.id AS link_id,
    copy.url AS copy_url, -- who took the words
    copy_outlet.title AS copy_outlet,
    copy.title AS copy_title,
    copy.published_at AS copy_published_at, -- as claimed by the outlet
    source.url AS source_url, -- where they were taken from; null for a presumed original
    source_outlet.title AS source_outlet,
    source.title AS source_title,
    source.published_at AS source_published_at, -- as claimed by the outlet
    original.url AS original_url, -- where they first appeared, as far as is known: the end of the chain
    original_outlet.title AS original_outlet,
    ifnull(verdict.label, 'unchecked') AS verdict, -- against the text of the source when it was copied (docs/verdicts.md)
    verdict.coverage, -- share of the copy's words found in the source
    verdict.kept, -- share of the source's words found in the copy
    ifnull(verdict.alterations, 0) AS alterations, -- how many there are; altered_words names them
    links.confidence, -- that the copy was taken from this source, 0-1
    EXISTS (
        SELECT 1 FROM versions JOIN citations ON citations.version_id = versions.id
        WHERE versions.document_id = copy.id AND (
            citations.document_id = source.id OR citations.outlet_id = source.outlet_id
            OR citations.issuer_id = source.outlet_id
            OR citations.document_id IN (SELECT id FROM documents WHERE moved_to = source.id)
        )
    ) AS is_credited, -- the copy cites the source's outlet or address
    CASE
        WHEN length(copy.published_at) > 10 AND length(source.published_at) > 10
            THEN round((julianday(copy.published_at) - julianday(source.published_at)) * 24, 2)
        WHEN substr(copy.published_at, 1, 10) <> substr(source.published_at, 1, 10)
            THEN (julianday(substr(copy.published_at, 1, 10)) - julianday(substr(source.published_at, 1, 10))) * 24
    END AS hours_later, -- by the claims; null where they are too coarse to tell
    ifnull(verdict.reason, 'Not checked yet.') AS reason, -- of the verdict, in one sentence
    (SELECT newest.label FROM verdicts AS newest
        WHERE newest.link_id = links.id AND newest.compared_with = 'newest' AND newest.superseded_at IS NULL
    ) AS verdict_newest, -- against the newest text of the source, where it changed after it was copied
    links.relation, -- copy or translation
    links.standing, -- found by rules or confirmed by a person
    copy.id AS copy_id, source.id AS source_id, original.id AS original_id,
    copy.outlet_id AS copy_outlet_id, source.outlet_id AS source_outlet_id, source.state AS source_state
FROM links -- joins that a question has no use for are left out by SQLite: they are LEFT, on a key
JOIN documents AS copy ON copy.id = links.copy_id
JOIN outlets AS copy_outlet ON copy_outlet.id = copy.outlet_id
JOIN documents AS source ON source.id = links.source_id
JOIN outlets AS source_outlet ON source_outlet.id = source.outlet_id
LEFT JOIN documents AS original ON original.id = (
    WITH RECURSIVE up (at, steps) AS (
        SELECT links.source_id, 1
        UNION ALL
        SELECT (
            SELECT parent.source_id FROM links AS parent
            WHERE parent.copy_id = up.at AND parent.superseded_at IS NULL AND parent.rank = 1
                AND parent.standing <> 'rejected' AND parent.relation <> 'reissue'
            ORDER BY parent.confidence DESC, parent.id LIMIT 1
        ), up.steps + 1
        FROM up WHERE up.at IS NOT NULL AND up.steps < 50
    )
    SELECT at FROM up WHERE at IS NOT NULL ORDER BY steps DESC LIMIT 1
)
LEFT JOIN outlets AS original_outlet ON original_outlet.id = original.outlet_id
LEFT JOIN verdicts AS verdict ON verdict.id = (
    SELECT id FROM verdicts AS one WHERE one.link_id = links.id AND one.superseded_at IS NULL
    ORDER BY one.compared_with DESC LIMIT 1 -- 'then' before 'newest'
)
WHERE links.superseded_at IS NULL AND links.rank = 1 AND links.standing <> 'rejected' AND links.relation <> 'reissue'
ORDER BY links.copy_id, links.confidence DESC, links.id; -- of two possible parents the surer one first

-- Copies that name neither the outlet nor the address they took the words from.
CREATE VIEW uncredited_copies AS
SELECT * FROM copies WHERE NOT is_credited AND verdict <> 'unrelated' AND copy_outlet_id <> source_outlet_id;

-- Copies with a material difference.
CREATE VIEW altered_copies AS
SELECT * FROM copies WHERE verdict = 'altered';

-- One row per difference inside the passages that a copy shares with its source.
CREATE VIEW altered_words AS
SELECT
    links.id AS link_id, copy.url AS copy_url, source.url AS source_url,
    alterations.kind, -- number, date, name, negation, modality, quotation, omission, wording, disguise
    alterations.is_material, -- whether it changes what is claimed
    alterations.source_words, -- may be empty
    alterations.copy_words, -- may be empty
    alterations.note, -- a doubt that belongs to this row
    alterations.position, -- order in the comparison
    copy.id AS copy_id, source.id AS source_id, matches.id AS match_id,
    alterations.source_start, alterations.source_end, alterations.copy_start, alterations.copy_end
FROM links
JOIN documents AS copy ON copy.id = links.copy_id
JOIN documents AS source ON source.id = links.source_id
JOIN verdicts ON verdicts.id = (
    SELECT id FROM verdicts AS one WHERE one.link_id = links.id AND one.superseded_at IS NULL
    ORDER BY one.compared_with DESC LIMIT 1
)
JOIN matches ON matches.copy_version_id = verdicts.copy_version_id
    AND matches.source_version_id = verdicts.source_version_id
JOIN alterations ON alterations.match_id = matches.id
WHERE links.superseded_at IS NULL AND links.rank = 1 AND links.standing <> 'rejected' AND links.relation <> 'reissue';

-- The same change of words, grouped over all copies that show it.
CREATE VIEW alterations_by_change AS
SELECT
    altered_words.kind, max(altered_words.is_material) AS is_material,
    altered_words.source_words, altered_words.copy_words,
    count(DISTINCT altered_words.link_id) AS copies, count(DISTINCT copy.outlet_id) AS outlets,
    altered_words.source_url,
    min(ifnull(copy.published_at, copy.first_seen_at)) AS first_at,
    json_group_array(DISTINCT copy.url) AS copy_urls
FROM altered_words JOIN documents AS copy ON copy.id = altered_words.copy_id
GROUP BY altered_words.kind, altered_words.source_words, altered_words.copy_words, altered_words.source_id;

-- The walk from each copy to where its words first appeared, as far as is known. A chain ends after 50 steps.
CREATE VIEW chains AS
SELECT
    walk.document_id, walk.url,
    walk.walked ->> '$[0]' AS original_id, -- the document at the end
    original.url AS original_url, -- null for a presumed original
    walk.walked ->> '$[1]' AS steps, -- links walked
    walk.walked ->> '$[2]' AS chain -- names of the outlets, the copy's first
FROM (
    SELECT document.id AS document_id, document.url AS url, (
        WITH RECURSIVE up (at, steps, chain) AS (
            SELECT document.id, 0, (SELECT title FROM outlets WHERE id = document.outlet_id)
            UNION ALL
            SELECT source.id, up.steps + 1, up.chain || ' → ' || outlets.title
                || CASE source.state WHEN 'captured' THEN '' ELSE ' (' || source.state || ')' END
            FROM up
            JOIN links ON links.id = (
                SELECT parent.id FROM links AS parent
                WHERE parent.copy_id = up.at AND parent.superseded_at IS NULL AND parent.rank = 1
                    AND parent.standing <> 'rejected' AND parent.relation <> 'reissue'
                ORDER BY parent.confidence DESC, parent.id LIMIT 1
            )
            JOIN documents AS source ON source.id = links.source_id
            JOIN outlets ON outlets.id = source.outlet_id
            WHERE up.steps < 50
        )
        SELECT json_array(at, steps, chain) FROM up ORDER BY steps DESC LIMIT 1
    ) AS walked
    FROM documents AS document
    WHERE EXISTS (
        SELECT 1 FROM links WHERE copy_id = document.id AND superseded_at IS NULL AND rank = 1
            AND standing <> 'rejected' AND relation <> 'reissue'
    )
) AS walk
JOIN documents AS original ON original.id = walk.walked ->> '$[0]';

-- Documents at the end of a chain, with the number of copies that lead to them, directly or through others.
CREATE VIEW originals AS
SELECT
    original.id AS document_id, original.url, outlets.title AS outlet, original.title, original.published_at,
    original.state, count(*) AS copies, count(DISTINCT copies.copy_outlet_id) AS outlets,
    sum(copies.verdict = 'altered') AS altered, sum(NOT copies.is_credited) AS uncredited
FROM copies
JOIN documents AS original ON original.id = copies.original_id
JOIN outlets ON outlets.id = original.outlet_id
GROUP BY original.id;

-- Statements that an issuer published again with other figures: no copies.
CREATE VIEW reissues AS
SELECT
    links.id AS link_id, later.url, earlier.url AS earlier_url, outlets.title AS outlet,
    later.title, later.published_at, earlier.published_at AS earlier_published_at, links.confidence,
    later.id AS document_id, earlier.id AS earlier_id
FROM links
JOIN documents AS later ON later.id = links.copy_id
JOIN documents AS earlier ON earlier.id = links.source_id
JOIN outlets ON outlets.id = later.outlet_id
WHERE links.superseded_at IS NULL AND links.relation = 'reissue' AND links.standing <> 'rejected';

-- Every text that a document has had, oldest first.
CREATE VIEW document_history AS
SELECT
    documents.id AS document_id, documents.url, outlets.title AS outlet, versions.number, versions.title,
    versions.published_at, versions.modified_at, versions.first_seen_at, versions.last_seen_at,
    (SELECT count(*) FROM captures WHERE captures.version_id = versions.id) AS captures,
    versions.words, versions.text_sha256, versions.reader, versions.reread_of IS NOT NULL AS is_reread,
    documents.gone_at, versions.id AS version_id
FROM versions
JOIN documents ON documents.id = versions.document_id
JOIN outlets ON outlets.id = documents.outlet_id
ORDER BY documents.id, versions.first_seen_at, versions.number;

-- Per outlet: how much it publishes and copies, how much of that it credits or alters, and how often it is copied.
CREATE VIEW outlet_scores AS
WITH pairs AS MATERIALIZED ( -- once for both directions
    SELECT copy_outlet_id, source_outlet_id, count(*) AS copies, sum(is_credited) AS credited,
        sum(verdict = 'altered') AS altered
    FROM copies GROUP BY copy_outlet_id, source_outlet_id
), taken AS (
    SELECT copy_outlet_id AS id, sum(copies) AS copies, sum(credited) AS credited, sum(altered) AS altered
    FROM pairs GROUP BY copy_outlet_id
), given AS (
    SELECT source_outlet_id AS id, sum(copies) AS copies FROM pairs
    WHERE copy_outlet_id <> source_outlet_id GROUP BY source_outlet_id
)
SELECT
    outlets.id AS outlet_id, outlets.title AS outlet, outlets.kind,
    (SELECT count(*) FROM documents WHERE documents.outlet_id = outlets.id AND documents.state = 'captured') AS documents,
    ifnull(taken.copies, 0) AS copies, -- taken from others or from itself
    ifnull(taken.credited, 0) AS credited,
    ifnull(taken.altered, 0) AS altered,
    round(1.0 * taken.credited / taken.copies, 3) AS credited_share,
    round(1.0 * taken.altered / taken.copies, 3) AS altered_share,
    ifnull(given.copies, 0) AS copied_by_others
FROM outlets LEFT JOIN taken ON taken.id = outlets.id LEFT JOIN given ON given.id = outlets.id;

-- One row per pair of outlets.
CREATE VIEW who_copies_whom AS
SELECT
    copy_outlet, source_outlet, count(*) AS copies, sum(is_credited) AS credited,
    sum(verdict = 'altered') AS altered, round(1.0 * sum(verdict = 'altered') / count(*), 3) AS altered_share,
    round(avg(hours_later), 1) AS mean_hours_later, copy_outlet_id, source_outlet_id
FROM copies GROUP BY copy_outlet_id, source_outlet_id;

-- Per outlet: when it was last reached, and what came of it.
CREATE VIEW crawl_health AS
SELECT
    outlets.id AS outlet_id, outlets.title AS outlet,
    count(captures.id) AS captures,
    sum(captures.status IN (0, 200, 304)) AS answered,
    sum(captures.status = 200 AND captures.version_id IS NULL) AS unreadable,
    max(captures.captured_at) AS last_capture_at,
    max(CASE WHEN captures.status IN (200, 304) THEN captures.captured_at END) AS last_success_at,
    (SELECT max(versions.first_seen_at) FROM versions JOIN documents AS own ON own.id = versions.document_id
        WHERE own.outlet_id = outlets.id) AS last_new_version_at,
    (SELECT count(*) FROM issues WHERE issues.outlet_id = outlets.id AND issues.level <> 'note') AS issues
FROM outlets
JOIN documents ON documents.outlet_id = outlets.id
JOIN captures ON captures.document_id = documents.id
GROUP BY outlets.id;
