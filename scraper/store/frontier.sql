-- The crawler's memory: one row per address that was pointed at or asked for. Working table, not for readers.
CREATE TABLE IF NOT EXISTS _frontier (
    outlet_id TEXT NOT NULL,          -- whose address it is
    url TEXT NOT NULL,                -- as it is asked for
    way TEXT NOT NULL DEFAULT 'page' CHECK (way IN ('page', 'feed', 'sitemap', 'listing')),
    claimed_at TEXT,                  -- published or changed, as claimed by the feed or sitemap that pointed at it
    found_at TEXT NOT NULL,           -- when it was first pointed at
    answered_at TEXT,                 -- last answer, good or bad; null: never asked
    due_at TEXT NOT NULL,             -- ask again from this moment on
    status INTEGER,                   -- of the last answer; 0: none came
    looks INTEGER NOT NULL DEFAULT 0, -- good answers since it was found or hurried
    failures INTEGER NOT NULL DEFAULT 0, -- bad answers in a row
    etag TEXT,                        -- validators of the last good answer, sent back as the server gave them
    last_modified TEXT,
    body_sha256 TEXT,                 -- of the last body
    PRIMARY KEY (outlet_id, url)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _leases (
    outlet_id TEXT NOT NULL PRIMARY KEY, -- who is being crawled
    holder TEXT NOT NULL,             -- by whom: host, process, and a word of its own
    until TEXT NOT NULL               -- from this moment on it is anybody's
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _frontier_due ON _frontier (outlet_id, way, due_at);
CREATE INDEX IF NOT EXISTS _frontier_url ON _frontier (url);
