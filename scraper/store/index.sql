-- The index that finds copies (scraper/store/index.py). Everything here can be computed again from versions.

CREATE TABLE IF NOT EXISTS _index (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    scheme TEXT NOT NULL,             -- how fingerprints are made; another scheme means: build again
    stamp INTEGER NOT NULL            -- a new random number whenever segments change, so that readers notice
) STRICT;

-- Each version is one entry; a version that was read again is a new entry, and its old one is listed as removed.
-- The newest entries wait here, each written in the transaction of its version.
CREATE TABLE IF NOT EXISTS _fresh (
    entry INTEGER PRIMARY KEY,        -- numbered from 1 without gaps, over _fresh and _members together
    stamp INTEGER NOT NULL,           -- random: tells a reader whether what it remembers was rolled back
    version_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    outlet INTEGER NOT NULL,          -- crc32 of the outlet's id: only counted, never shown
    text INTEGER NOT NULL,            -- first 63 bits of the version's text_sha256
    fingerprint BLOB NOT NULL         -- ascending hashes, five bytes each, low byte first
) STRICT;

-- Who the older entries are, in chunks that never change.
CREATE TABLE IF NOT EXISTS _members (
    first_entry INTEGER PRIMARY KEY,
    stamp INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    version_ids BLOB NOT NULL,        -- int64 each, like the next three
    document_ids BLOB NOT NULL,
    outlets BLOB NOT NULL,
    texts BLOB NOT NULL,
    sums BLOB NOT NULL                -- uint64 each: checksum of the fingerprint
) STRICT;

CREATE TABLE IF NOT EXISTS _removed (
    entry INTEGER PRIMARY KEY         -- its version is gone or was read again
) STRICT;

CREATE TABLE IF NOT EXISTS _segments (
    id INTEGER PRIMARY KEY,
    stamp INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'growing', 'spent')), -- searched; a merge under way; to be cleared away
    tier INTEGER NOT NULL,            -- eight segments of a tier are merged into one of the next
    first_entry INTEGER NOT NULL,     -- entries in the blocks count from here
    postings INTEGER NOT NULL,
    blocks INTEGER NOT NULL,
    offset_bytes INTEGER NOT NULL,    -- shape of a row: see scraper/store/postings.py
    entry_bytes INTEGER NOT NULL,
    sources TEXT NOT NULL DEFAULT '[]', -- JSON: ids of the segments merged into this one while it grows
    next_hash INTEGER NOT NULL DEFAULT 0 -- while it grows: everything below has been merged
) STRICT;

CREATE TABLE IF NOT EXISTS _directories (
    segment_id INTEGER NOT NULL,
    first_block INTEGER NOT NULL,
    bases BLOB NOT NULL,              -- first hash of each block, uint64 each
    PRIMARY KEY (segment_id, first_block)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS _sieves (
    segment_id INTEGER NOT NULL,
    first_block INTEGER NOT NULL,     -- as in _directories
    sieve_words INTEGER NOT NULL,     -- of the whole sieve: see scraper/store/sieves.py
    first_word INTEGER NOT NULL,      -- where this piece of it begins; the last word of one may be the first of the next
    words BLOB NOT NULL,              -- uint64 each
    PRIMARY KEY (segment_id, first_block)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS _blocks (
    id INTEGER PRIMARY KEY,           -- segment_id * 2^32 + number of the block
    content BLOB NOT NULL
) STRICT;
