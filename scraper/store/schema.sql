-- provenance.db: who said it first, who copied it, and what was changed.
-- Moments end in _at and are UTC (2026-11-24T03:12:00Z); shares are 0-1; a key to another table is its noun + _id.

-- What was seen -------------------------------------------------------------------------------------------------

CREATE TABLE outlets (
    id TEXT NOT NULL PRIMARY KEY,     -- slug; the file name in spiders/ where there is one
    title TEXT NOT NULL,              -- its name as readers know it
    kind TEXT NOT NULL DEFAULT 'unknown'
        CHECK (kind IN ('issuer', 'agency', 'newspaper', 'portal', 'institution', 'blog', 'unknown')),
    country TEXT,                     -- ISO 3166 alpha-2
    language TEXT,                    -- main language, BCP 47
    home_url TEXT,                    -- its front page
    first_seen_at TEXT NOT NULL       -- when it first appeared in this database
) STRICT;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    outlet_id TEXT NOT NULL REFERENCES outlets (id), -- who publishes it
    url TEXT UNIQUE,                  -- canonical address; null for a presumed original
    state TEXT NOT NULL CHECK (state IN ('captured', 'cited', 'presumed')), -- held, only pointed at, or only inferred
    title TEXT,                       -- of the newest version
    published_at TEXT,                -- as claimed by the outlet; a day or a moment
    presumed_by INTEGER REFERENCES documents (id), -- the copy that makes us presume this original
    gone_at TEXT,                     -- since when the address answers 404 or 410; null while it is there
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    UNIQUE (outlet_id, presumed_by),
    CHECK ((url IS NULL) = (state = 'presumed'))
) STRICT;

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    url TEXT NOT NULL,                -- the address exactly as it was met
    how TEXT NOT NULL CHECK (how IN ('requested', 'final', 'redirect', 'canonical', 'cited', 'unwrapped')),
    removed TEXT NOT NULL DEFAULT '[]', -- JSON: parameters taken off, each [name, rule, value]
    first_seen_at TEXT NOT NULL,
    UNIQUE (document_id, url, how)
) STRICT;

CREATE TABLE bodies (
    sha256 TEXT NOT NULL PRIMARY KEY, -- of the bytes as the server sent them
    size INTEGER NOT NULL,            -- bytes before compression
    content BLOB NOT NULL             -- zlib-compressed bytes
) STRICT;

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    number INTEGER NOT NULL,          -- from 1, in the order of first sight; A, B, A are three versions
    title TEXT,
    byline TEXT,
    published_at TEXT,                -- as claimed on the page
    modified_at TEXT,                 -- as claimed on the page
    language TEXT,                    -- BCP 47
    text TEXT NOT NULL,               -- paragraphs separated by one blank line
    statement_start INTEGER,          -- the statement told apart from the page's own frame: character offsets in text
    statement_end INTEGER,
    text_sha256 TEXT NOT NULL,        -- of the UTF-8 text
    words INTEGER NOT NULL,           -- comparable words
    doubts TEXT NOT NULL DEFAULT '[]', -- JSON: what the reader was not sure of
    reader TEXT NOT NULL,             -- name and version of what read it
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    UNIQUE (document_id, number)
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,            -- as given
    software TEXT NOT NULL,           -- name and version
    outcome TEXT,                     -- fine, trouble, interrupted, skipped; null while it runs
    started_at TEXT NOT NULL,
    finished_at TEXT,
    counts TEXT NOT NULL DEFAULT '{}' -- JSON: per outlet, what was fetched, new, changed, unchanged, failed
) STRICT;

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    version_id INTEGER REFERENCES versions (id), -- null: nothing could be read from it
    run_id INTEGER REFERENCES runs (id),
    requested_url TEXT NOT NULL,      -- as asked for
    url TEXT NOT NULL,                -- as answered, after redirects
    redirects TEXT NOT NULL DEFAULT '[]', -- JSON: each hop [status, address]
    status INTEGER NOT NULL,          -- HTTP status; 0 for an imported file
    headers TEXT NOT NULL DEFAULT '[]', -- JSON: [name, value] in the order sent
    body_sha256 TEXT REFERENCES bodies (sha256), -- null: no body (304, 404)
    peer TEXT,                        -- network address that answered
    how TEXT NOT NULL CHECK (how IN ('crawl', 'fetch', 'import', 'archive')),
    note TEXT,                        -- why nothing was read, in one sentence
    captured_at TEXT NOT NULL
) STRICT;
CREATE INDEX captures_document ON captures (document_id, captured_at);

CREATE TABLE citations (
    id INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES versions (id),
    position INTEGER NOT NULL,        -- order on the page, from 1
    kind TEXT NOT NULL,               -- hyperlink, credit, byline, dateline, attribution, republication, canonical, ...
    words TEXT NOT NULL,              -- on the page
    start INTEGER,                    -- character offsets in the version's text; null for markup
    "end" INTEGER,
    outlet TEXT,                      -- cited outlet, as named
    issuer TEXT,                      -- cited issuer, as named
    date TEXT,                        -- as claimed, in the page's words
    published_at TEXT,                -- the same date as ISO 8601 where it can be told
    url TEXT,                         -- canonical cited address
    url_as_met TEXT,                  -- cited address exactly as it stands on the page
    outlet_id TEXT REFERENCES outlets (id),
    document_id INTEGER REFERENCES documents (id), -- the cited document (captured or cited)
    UNIQUE (version_id, position)
) STRICT;

-- What was computed: may be deleted and recomputed -----------------------------------------------------------------

CREATE TABLE matches (
    id INTEGER PRIMARY KEY,
    copy_version_id INTEGER NOT NULL REFERENCES versions (id),
    source_version_id INTEGER NOT NULL REFERENCES versions (id),
    label TEXT NOT NULL,              -- by the rules named in method
    coverage REAL NOT NULL,           -- share of the copy's words found in the source
    kept REAL NOT NULL,               -- share of the source's words found in the copy
    longest_run INTEGER NOT NULL,     -- longest run of equal words
    reason TEXT NOT NULL,             -- one sentence computed from the rows
    doubts TEXT NOT NULL DEFAULT '[]',
    method TEXT NOT NULL,             -- rules and their version
    UNIQUE (copy_version_id, source_version_id)
) STRICT;

CREATE TABLE alignments (
    match_id INTEGER NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    source_start INTEGER NOT NULL, source_end INTEGER NOT NULL, -- character offsets in the source's text
    copy_start INTEGER NOT NULL, copy_end INTEGER NOT NULL,     -- character offsets in the copy's text
    is_moved INTEGER NOT NULL DEFAULT 0 CHECK (is_moved IN (0, 1)), -- stands elsewhere in the order of the copy
    PRIMARY KEY (match_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE alterations (
    match_id INTEGER NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,               -- number, date, name, negation, modality, quotation, omission, wording, disguise
    is_material INTEGER NOT NULL CHECK (is_material IN (0, 1)),
    source_words TEXT NOT NULL, copy_words TEXT NOT NULL, -- one of them may be empty
    source_start INTEGER NOT NULL, source_end INTEGER NOT NULL,
    copy_start INTEGER NOT NULL, copy_end INTEGER NOT NULL,
    note TEXT,                        -- a doubt that belongs to this row
    PRIMARY KEY (match_id, position)
) STRICT, WITHOUT ROWID;

-- What is concluded: append-only, each with its author ---------------------------------------------------------------

CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    copy_id INTEGER NOT NULL REFERENCES documents (id),
    source_id INTEGER NOT NULL REFERENCES documents (id),
    relation TEXT NOT NULL CHECK (relation IN ('copy', 'reissue', 'translation')),
    rank INTEGER NOT NULL DEFAULT 1,  -- 1: chosen parent; more: other possible parents; two of rank 1 are a tie
    confidence REAL NOT NULL,         -- 0-1, calibrated (docs/confidence.md)
    decided_by TEXT NOT NULL,         -- rules and their version, or a person
    decided_at TEXT NOT NULL,
    superseded_at TEXT                -- null while in force
) STRICT;
CREATE UNIQUE INDEX links_in_force ON links (copy_id, source_id) WHERE superseded_at IS NULL;

CREATE TABLE evidence (
    link_id INTEGER NOT NULL REFERENCES links (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,               -- credit, hyperlink, role, coverage, shared alteration, earlier, conflict, ...
    words TEXT NOT NULL,              -- the words or numbers behind it
    weight REAL NOT NULL,             -- for (> 0) or against (< 0)
    PRIMARY KEY (link_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    link_id INTEGER NOT NULL REFERENCES links (id),
    match_id INTEGER REFERENCES matches (id), -- the rows behind it; null when nothing could be compared
    compared_with TEXT NOT NULL CHECK (compared_with IN ('then', 'newest')), -- which version of the source
    label TEXT NOT NULL,
    coverage REAL, kept REAL,         -- as in matches, kept here since matches may be recomputed
    reason TEXT NOT NULL,             -- one sentence
    decided_by TEXT NOT NULL,         -- rules and their version, or a person
    decided_at TEXT NOT NULL,
    superseded_at TEXT                -- null while in force
) STRICT;
CREATE UNIQUE INDEX verdicts_in_force ON verdicts (link_id, compared_with) WHERE superseded_at IS NULL;

CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs (id),
    level TEXT NOT NULL CHECK (level IN ('note', 'warning', 'error')),
    kind TEXT NOT NULL,               -- what went wrong, in one or two words
    message TEXT NOT NULL,            -- one sentence
    url TEXT,
    outlet_id TEXT,
    details TEXT NOT NULL DEFAULT '{}', -- JSON
    happened_at TEXT NOT NULL
) STRICT;

CREATE TABLE log (
    number INTEGER PRIMARY KEY,       -- from 1, without gaps
    at TEXT NOT NULL,
    what TEXT NOT NULL,               -- capture, version, verdict, link
    subject TEXT NOT NULL,            -- canonical JSON of the row it records
    previous_sha256 TEXT NOT NULL,    -- of the entry before; 64 zeros for the first
    sha256 TEXT NOT NULL              -- of previous_sha256, number, at, what and subject, a line each
) STRICT;
