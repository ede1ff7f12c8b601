-- provenance.db: who said it first, who copied it, and what was changed.
-- Moments end in _at and are UTC (2026-11-24T03:12:00Z); shares are 0-1; a key to another table is its noun + _id.
-- Three kinds of knowledge never share a table: what was seen, what was computed, what is concluded.

-- What was seen -------------------------------------------------------------------------------------------------

-- Publishers: issuers, agencies, newspapers, portals, institutions, blogs.
CREATE TABLE outlets (
    id TEXT NOT NULL PRIMARY KEY,     -- slug; the file name in spiders/ where there is one
    title TEXT NOT NULL,              -- its name as readers know it
    kind TEXT NOT NULL DEFAULT 'unknown' -- what it is; an issuer is the source of its own statements
        CHECK (kind IN ('issuer', 'agency', 'newspaper', 'portal', 'institution', 'blog', 'unknown')),
    country TEXT,                     -- ISO 3166 alpha-2
    language TEXT,                    -- main language, BCP 47
    home_url TEXT,                    -- its front page
    first_seen_at TEXT NOT NULL       -- when it first appeared in this database
) STRICT;

-- One address of an outlet; without an address, an original that a copy makes us presume.
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,           -- number of the document
    outlet_id TEXT NOT NULL REFERENCES outlets (id), -- who publishes it
    url TEXT UNIQUE,                  -- canonical address; null for a presumed original
    state TEXT NOT NULL CHECK (state IN ('captured', 'cited', 'presumed')), -- held, only pointed at, or only inferred
    title TEXT,                       -- of the newest version
    published_at TEXT,                -- as claimed by the outlet; a day or a moment
    presumed_by INTEGER REFERENCES documents (id), -- the copy that makes us presume this original
    resolved_to INTEGER REFERENCES documents (id), -- the document that a presumed original turned out to be
    moved_to INTEGER REFERENCES documents (id), -- where its address permanently redirects to
    gone_at TEXT,                     -- since when the address answers 404 or 410; null while it is there
    first_seen_at TEXT NOT NULL,      -- first capture, or first page that cites it
    last_seen_at TEXT NOT NULL,       -- last capture or citation
    UNIQUE (outlet_id, presumed_by),
    CHECK ((url IS NULL) = (state = 'presumed'))
) STRICT;
CREATE INDEX documents_seen ON documents (first_seen_at);
CREATE INDEX documents_outlet ON documents (outlet_id, state);
CREATE INDEX documents_presumed_by ON documents (presumed_by) WHERE presumed_by IS NOT NULL;
CREATE INDEX documents_resolved_to ON documents (resolved_to) WHERE resolved_to IS NOT NULL;
CREATE INDEX documents_moved_to ON documents (moved_to) WHERE moved_to IS NOT NULL;

-- Every form in which the address of a document was met.
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,           -- number of the row
    document_id INTEGER NOT NULL REFERENCES documents (id), -- the document that it leads to
    url TEXT NOT NULL,                -- the address exactly as it was met
    how TEXT NOT NULL                 -- where it was met
        CHECK (how IN ('requested', 'final', 'redirect', 'canonical', 'cited', 'unwrapped')),
    key TEXT NOT NULL,                -- its canonical form, for finding a document by any form of its address
    removed TEXT NOT NULL DEFAULT '[]', -- JSON: parameters taken off, each [name, rule, value]
    first_seen_at TEXT NOT NULL,      -- when it was first met
    UNIQUE (document_id, url, how)
) STRICT;
CREATE INDEX addresses_key ON addresses (key);

-- Distinct bytes; captures share them.
CREATE TABLE bodies (
    sha256 TEXT NOT NULL PRIMARY KEY, -- of the bytes as the server sent them
    size INTEGER NOT NULL,            -- bytes before compression
    content BLOB NOT NULL             -- the bytes, compressed with zlib
) STRICT;

-- One different text of a document, or the same under a new headline, with what the page claims about itself.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,           -- number of the row
    document_id INTEGER NOT NULL REFERENCES documents (id), -- whose text it is
    number INTEGER NOT NULL,          -- from 1, in the order of first sight; A, B, A are three versions
    title TEXT,                       -- headline
    byline TEXT,                      -- author as named
    published_at TEXT,                -- as claimed on the page; a day or a moment
    modified_at TEXT,                 -- as claimed on the page
    language TEXT,                    -- BCP 47
    text TEXT NOT NULL,               -- paragraphs separated by one blank line
    statement_start INTEGER,          -- the statement told apart from the page's own frame: character offset in text
    statement_end INTEGER,            -- its end, not included
    text_sha256 TEXT NOT NULL,        -- of the text in UTF-8
    words INTEGER NOT NULL,           -- comparable words
    doubts TEXT NOT NULL DEFAULT '[]', -- JSON: what the reader was not sure of
    reader TEXT NOT NULL,             -- name and version of what read it
    reread_of INTEGER REFERENCES versions (id), -- older reading of the same bytes: our reader changed, not the page
    first_seen_at TEXT NOT NULL,      -- first capture with this text
    last_seen_at TEXT NOT NULL,       -- last capture with this text before another one came
    UNIQUE (document_id, number)
) STRICT;
CREATE INDEX versions_text ON versions (text_sha256);

-- One execution of a command.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,           -- number of the run
    command TEXT NOT NULL,            -- as given
    software TEXT NOT NULL,           -- name and version
    outcome TEXT CHECK (outcome IN ('fine', 'trouble', 'interrupted', 'skipped')), -- null while it runs
    started_at TEXT NOT NULL,         -- when it began
    finished_at TEXT,                 -- when it ended; null while it runs, or when it was killed
    counts TEXT NOT NULL DEFAULT '{}' -- JSON: per outlet, what was fetched, new, changed, unchanged, failed
) STRICT;

-- One answer of a server at one moment, or one imported record. An unchanged page costs one row here and no body.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,           -- number of the capture
    document_id INTEGER NOT NULL REFERENCES documents (id), -- whose address answered
    version_id INTEGER REFERENCES versions (id), -- the text read from it; null: nothing could be read
    run_id INTEGER REFERENCES runs (id), -- the run that made it
    requested_url TEXT NOT NULL,      -- as asked for
    url TEXT NOT NULL,                -- as answered, after redirects
    redirects TEXT NOT NULL DEFAULT '[]', -- JSON: each hop [status, address]
    status INTEGER NOT NULL,          -- HTTP status; 0 for an imported file that names no time of its own
    headers TEXT NOT NULL DEFAULT '[]', -- JSON: [name, value] in the order sent
    body_sha256 TEXT REFERENCES bodies (sha256), -- null: no body (304)
    peer TEXT,                        -- network address that answered
    how TEXT NOT NULL CHECK (how IN ('crawl', 'fetch', 'import', 'archive')), -- the way it came in
    note TEXT,                        -- a remark of what made it, e.g. the archive it comes from
    unread TEXT,                      -- why no text was read from it, in one sentence
    captured_at TEXT NOT NULL         -- when the server answered
) STRICT;
CREATE INDEX captures_document ON captures (document_id, captured_at, status, version_id);
CREATE INDEX captures_version ON captures (version_id);
CREATE INDEX captures_run ON captures (run_id);
CREATE INDEX captures_body ON captures (body_sha256);
CREATE UNIQUE INDEX captures_once ON captures (requested_url, captured_at, status, ifnull(body_sha256, ''));

-- One pointer to a source that a page declares.
CREATE TABLE citations (
    id INTEGER PRIMARY KEY,           -- number of the row
    version_id INTEGER NOT NULL REFERENCES versions (id), -- the text that declares it
    position INTEGER NOT NULL,        -- order on the page, from 1
    kind TEXT NOT NULL,               -- hyperlink, credit, byline, dateline, attribution, republication, canonical, ...
    words TEXT NOT NULL,              -- on the page
    start INTEGER,                    -- character offset in the version's text; null for what stands in the markup only
    "end" INTEGER,                    -- its end, not included
    outlet TEXT,                      -- cited outlet, as named
    issuer TEXT,                      -- cited issuer, as named
    date TEXT,                        -- as claimed, in the page's words
    url TEXT,                         -- canonical cited address
    url_as_met TEXT,                  -- cited address exactly as it stands on the page
    outlet_id TEXT REFERENCES outlets (id), -- the cited outlet, where it is known
    issuer_id TEXT REFERENCES outlets (id), -- the cited issuer, where it is known
    document_id INTEGER REFERENCES documents (id), -- the document at the cited address
    UNIQUE (version_id, position)
) STRICT;
CREATE INDEX citations_document ON citations (document_id);
CREATE INDEX citations_outlet ON citations (outlet_id);

-- What was computed: may be deleted and recomputed -----------------------------------------------------------------

-- One computed comparison of two versions.
CREATE TABLE matches (
    id INTEGER PRIMARY KEY,           -- number of the match
    copy_version_id INTEGER NOT NULL REFERENCES versions (id), -- the later text
    source_version_id INTEGER NOT NULL REFERENCES versions (id), -- the earlier text
    label TEXT NOT NULL,              -- by the rules named in method
    coverage REAL NOT NULL,           -- share of the copy's words found in the source
    kept REAL NOT NULL,               -- share of the source's words found in the copy
    longest_run INTEGER NOT NULL,     -- longest run of equal words
    reason TEXT NOT NULL,             -- one sentence computed from the rows
    doubts TEXT NOT NULL DEFAULT '[]', -- JSON: what stays open, a sentence each
    left_out TEXT NOT NULL DEFAULT '[]', -- JSON: passages of the source that the copy lacks, [start, end] each
    added TEXT NOT NULL DEFAULT '[]', -- JSON: passages of the copy that the source lacks, [start, end] each
    forgiven TEXT NOT NULL DEFAULT '[]', -- JSON: differences that are none, [kind, source span, copy span] each
    method TEXT NOT NULL,             -- rules and their version
    stock REAL NOT NULL DEFAULT 0,    -- share of the common words that are stock phrases
    kinship TEXT NOT NULL DEFAULT 'unknown' -- of the two; template: one form of words
        CHECK (kinship IN ('copy', 'translation', 'reissue', 'template', 'unrelated', 'unknown')),
    UNIQUE (copy_version_id, source_version_id)
) STRICT;
CREATE INDEX matches_source ON matches (source_version_id);

-- One aligned pair of passages in a match.
CREATE TABLE alignments (
    match_id INTEGER NOT NULL REFERENCES matches (id) ON DELETE CASCADE, -- the match it belongs to
    position INTEGER NOT NULL,        -- order in the copy, from 1
    source_start INTEGER NOT NULL,    -- character offset in the source's text
    source_end INTEGER NOT NULL,      -- its end, not included
    copy_start INTEGER NOT NULL,      -- character offset in the copy's text
    copy_end INTEGER NOT NULL,        -- its end, not included
    is_moved INTEGER NOT NULL DEFAULT 0 CHECK (is_moved IN (0, 1)), -- stands elsewhere in the order of the copy
    PRIMARY KEY (match_id, position)
) STRICT, WITHOUT ROWID;

-- One difference inside an aligned passage.
CREATE TABLE alterations (
    match_id INTEGER NOT NULL REFERENCES matches (id) ON DELETE CASCADE, -- the match it belongs to
    position INTEGER NOT NULL,        -- order in the answer, from 1
    kind TEXT NOT NULL,               -- number, date, name, negation, modality, quotation, omission, wording, disguise
    is_material INTEGER NOT NULL CHECK (is_material IN (0, 1)), -- whether it changes what is claimed
    source_words TEXT NOT NULL,       -- may be empty
    copy_words TEXT NOT NULL,         -- may be empty
    source_start INTEGER NOT NULL,    -- character offset in the source's text
    source_end INTEGER NOT NULL,      -- its end, not included
    copy_start INTEGER NOT NULL,      -- character offset in the copy's text
    copy_end INTEGER NOT NULL,        -- its end, not included
    note TEXT,                        -- a doubt that belongs to this row
    PRIMARY KEY (match_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX alterations_change ON alterations (source_words, copy_words, kind);

-- What is concluded: append-only, each with its author ---------------------------------------------------------------

-- A copy and the document it was taken from. In force: not superseded, not rejected, rank 1.
CREATE TABLE links (
    id INTEGER PRIMARY KEY,           -- number of the link
    copy_id INTEGER NOT NULL REFERENCES documents (id), -- the document that took the words
    source_id INTEGER NOT NULL REFERENCES documents (id), -- the document they were taken from
    relation TEXT NOT NULL CHECK (relation IN ('copy', 'reissue', 'translation')), -- how it was taken
    rank INTEGER NOT NULL DEFAULT 1,  -- 1: chosen parent; more: other possible parents; two of rank 1 are a tie
    confidence REAL NOT NULL,         -- 0-1, calibrated (docs/confidence.md)
    standing TEXT NOT NULL DEFAULT 'found' -- found by rules, or confirmed or rejected by a person
        CHECK (standing IN ('found', 'confirmed', 'rejected')),
    decided_by TEXT NOT NULL,         -- rules and their version, or a person
    decided_at TEXT NOT NULL,         -- when it was concluded
    superseded_at TEXT                -- null while it stands
) STRICT;
CREATE UNIQUE INDEX links_once ON links (copy_id, source_id) WHERE superseded_at IS NULL;
CREATE INDEX links_parent ON links (copy_id, confidence DESC, id)
    WHERE superseded_at IS NULL AND rank = 1 AND standing <> 'rejected' AND relation <> 'reissue';
CREATE INDEX links_child ON links (source_id, copy_id)
    WHERE superseded_at IS NULL AND rank = 1 AND standing <> 'rejected' AND relation <> 'reissue';
CREATE INDEX links_source ON links (source_id);
CREATE INDEX links_decided ON links (copy_id, source_id) WHERE superseded_at IS NULL AND standing <> 'found';

-- One reason for or against a link.
CREATE TABLE evidence (
    link_id INTEGER NOT NULL REFERENCES links (id), -- the link it speaks for or against
    position INTEGER NOT NULL,        -- order, from 1
    kind TEXT NOT NULL,               -- credit, hyperlink, role, coverage, shared alteration, earlier, conflict, ...
    words TEXT NOT NULL,              -- the words or numbers behind it
    weight REAL NOT NULL,             -- for (> 0) or against (< 0)
    PRIMARY KEY (link_id, position)
) STRICT, WITHOUT ROWID;

-- A label on a link, in force until a later one.
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,           -- number of the verdict
    link_id INTEGER NOT NULL REFERENCES links (id), -- the link it labels
    compared_with TEXT NOT NULL CHECK (compared_with IN ('then', 'newest')), -- which version of the source
    copy_version_id INTEGER REFERENCES versions (id), -- the text of the copy; null when nothing could be compared
    source_version_id INTEGER REFERENCES versions (id), -- the text of the source; null when nothing could be compared
    label TEXT NOT NULL CHECK (label IN ('verbatim', 'expanded', 'abridged', 'excerpt', 'edited', 'altered', -- glossary:
        'translated', 'unrelated', 'unchecked')), -- docs/verdicts.md
    coverage REAL,                    -- as in matches, kept here since matches may be recomputed
    kept REAL,                        -- as in matches
    alterations INTEGER,              -- how many there were
    reason TEXT NOT NULL,             -- one sentence
    decided_by TEXT NOT NULL,         -- rules and their version, or "person: name"
    decided_at TEXT NOT NULL,         -- when it was concluded
    superseded_at TEXT                -- null while it stands
) STRICT;
CREATE INDEX verdicts_source ON verdicts (source_version_id) WHERE superseded_at IS NULL;
CREATE UNIQUE INDEX verdicts_once ON verdicts (link_id, compared_with) WHERE superseded_at IS NULL;
CREATE INDEX verdicts_label ON verdicts (label, decided_at) WHERE superseded_at IS NULL;

-- How it went ---------------------------------------------------------------------------------------------------

-- One thing that went wrong.
CREATE TABLE issues (
    id INTEGER PRIMARY KEY,           -- number of the issue
    run_id INTEGER REFERENCES runs (id), -- the run it happened in
    level TEXT NOT NULL CHECK (level IN ('note', 'warning', 'error')), -- how bad it is
    kind TEXT NOT NULL,               -- what went wrong, in one or two words
    message TEXT NOT NULL,            -- one sentence
    url TEXT,                         -- the address it happened at
    outlet_id TEXT,                   -- the outlet it happened at; not a key, since it may be no outlet of ours
    details TEXT NOT NULL DEFAULT '{}', -- JSON
    happened_at TEXT NOT NULL         -- when
) STRICT;
CREATE INDEX issues_run ON issues (run_id);
CREATE INDEX issues_when ON issues (happened_at);

-- Append-only record of captures, versions, links and verdicts; each entry carries the hash of the one before.
CREATE TABLE log (
    number INTEGER PRIMARY KEY,       -- from 1, without gaps
    at TEXT NOT NULL,                 -- when it was written here
    what TEXT NOT NULL,               -- capture, version, link, verdict, superseded link, superseded verdict
    row_id INTEGER NOT NULL,          -- id of the row in its table
    subject TEXT NOT NULL,            -- canonical JSON of what it records
    previous_sha256 TEXT NOT NULL,    -- of the entry before; 64 zeros for the first
    sha256 TEXT NOT NULL              -- of previous_sha256, number, at, what, row_id and subject, a line each
) STRICT;
CREATE INDEX log_row ON log (what, row_id);

-- Working tables ------------------------------------------------------------------------------------------------

CREATE TABLE _state (
    name TEXT NOT NULL PRIMARY KEY,   -- views_sha256, ...
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Outlets known from declarations and the gazetteer, whether or not a page of theirs was ever seen.
CREATE TABLE _known_outlets (
    id TEXT NOT NULL PRIMARY KEY,     -- slug
    facts TEXT NOT NULL               -- JSON of OutletFacts
) STRICT, WITHOUT ROWID;
CREATE TABLE _outlet_names (
    name TEXT NOT NULL,               -- folded: no case, accents, punctuation
    outlet_id TEXT NOT NULL REFERENCES _known_outlets (id) ON DELETE CASCADE,
    PRIMARY KEY (name, outlet_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE _outlet_domains (
    domain TEXT NOT NULL PRIMARY KEY, -- host without www.
    outlet_id TEXT NOT NULL REFERENCES _known_outlets (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Versions that were linked, and by which rules: what is not here is new.
CREATE TABLE _linked (
    version_id INTEGER NOT NULL PRIMARY KEY REFERENCES versions (id),
    method TEXT NOT NULL              -- rules and their version; "(matched)": its family waits
) STRICT;

-- Full text. Letters that accents cannot be taken off are folded here, one letter for one letter, so that offsets hold.
CREATE VIEW _search_text AS SELECT id,
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(title,
        'ı', 'i'), 'ё', 'е'), 'Ё', 'Е'), 'ə', 'e'), 'Ə', 'E'), 'ł', 'l'), 'Ł', 'L'), 'ø', 'o'), 'Ø', 'O'), 'đ', 'd'), 'Đ', 'D') AS title,
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(text,
        'ı', 'i'), 'ё', 'е'), 'Ё', 'Е'), 'ə', 'e'), 'Ə', 'E'), 'ł', 'l'), 'Ł', 'L'), 'ø', 'o'), 'Ø', 'O'), 'đ', 'd'), 'Đ', 'D') AS text
FROM versions;
CREATE VIRTUAL TABLE _search USING fts5 (
    title, text, content = '_search_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
-- A word in the headline counts as five in the text.
INSERT INTO _search (_search, rank) VALUES ('rank', 'bm25(5.0, 1.0)');
CREATE TRIGGER versions_search_insert AFTER INSERT ON versions BEGIN
    INSERT INTO _search (rowid, title, text) SELECT id, title, text FROM _search_text WHERE id = new.id;
END;
CREATE TRIGGER versions_search_delete BEFORE DELETE ON versions BEGIN
    INSERT INTO _search (_search, rowid, title, text)
    SELECT 'delete', id, title, text FROM _search_text WHERE id = old.id;
END;
CREATE TRIGGER versions_search_before_update BEFORE UPDATE OF title, text ON versions BEGIN
    INSERT INTO _search (_search, rowid, title, text)
    SELECT 'delete', id, title, text FROM _search_text WHERE id = old.id;
END;
CREATE TRIGGER versions_search_after_update AFTER UPDATE OF title, text ON versions BEGIN
    INSERT INTO _search (rowid, title, text) SELECT id, title, text FROM _search_text WHERE id = new.id;
END;
