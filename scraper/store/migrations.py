"""How an older database becomes one of today: numbered steps, each in its own transaction, nothing lost.

``schema.sql`` is the newest schema and what a new database is made from; the steps here lead to the same one.
"""

from __future__ import annotations

from typing import NamedTuple


class Migration(NamedTuple):
    """One step; ``sql`` is run statement by statement."""

    number: int
    what: str
    sql: str


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        2,
        "A word in the headline counts as five in the text; verdicts are found by the text of the source.",
        """
        INSERT INTO _search (_search, rank) VALUES ('rank', 'bm25(5.0, 1.0)');
        CREATE INDEX verdicts_source ON verdicts (source_version_id) WHERE superseded_at IS NULL;
        """,
    ),
    Migration(
        3,
        "A match knows how much of what it shares are stock phrases; everything is linked again with that.",
        """
        CREATE TABLE _old_matches AS SELECT * FROM matches;
        CREATE TABLE _old_alignments AS SELECT * FROM alignments;
        CREATE TABLE _old_alterations AS SELECT * FROM alterations;
        DROP TABLE matches;
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
            UNIQUE (copy_version_id, source_version_id)
        ) STRICT;
        CREATE INDEX matches_source ON matches (source_version_id);
        INSERT INTO matches SELECT *, 0.0 FROM _old_matches;
        INSERT INTO alignments SELECT * FROM _old_alignments;
        INSERT INTO alterations SELECT * FROM _old_alterations;
        DROP TABLE _old_matches;
        DROP TABLE _old_alignments;
        DROP TABLE _old_alterations;
        DELETE FROM _linked;
        """,
    ),
    Migration(
        4,
        "A match knows what its two texts are to one another; decided links are found at once; all is linked again.",
        """
        CREATE TABLE _old_matches AS SELECT * FROM matches;
        CREATE TABLE _old_alignments AS SELECT * FROM alignments;
        CREATE TABLE _old_alterations AS SELECT * FROM alterations;
        DROP TABLE matches;
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
        INSERT INTO matches SELECT *, 'unknown' FROM _old_matches;
        INSERT INTO alignments SELECT * FROM _old_alignments;
        INSERT INTO alterations SELECT * FROM _old_alterations;
        DROP TABLE _old_matches;
        DROP TABLE _old_alignments;
        DROP TABLE _old_alterations;
        CREATE INDEX links_decided ON links (copy_id, source_id) WHERE superseded_at IS NULL AND standing <> 'found';
        DROP TABLE _linked;
        CREATE TABLE _linked (
            version_id INTEGER NOT NULL PRIMARY KEY REFERENCES versions (id),
            method TEXT NOT NULL              -- rules and their version; "(matched)": its family waits
        ) STRICT;
        """,
    ),
)
SCHEMA_NUMBER = MIGRATIONS[-1].number
