-- +goose Up
-- The chain: one link per record, never changed and never deleted.
CREATE TABLE journal_chain (
    seq             INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    id              TEXT    NOT NULL UNIQUE,
    retain_until_ns INTEGER NOT NULL, -- 0: for ever
    content_hash    BLOB    NOT NULL CHECK (length(content_hash) = 32),
    prev_hash       BLOB    NOT NULL CHECK (length(prev_hash) = 32),
    hash            BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What a link attests. It may be deleted once its retention has ended; the
-- link then still attests that it was there.
CREATE TABLE journal_content (
    seq             INTEGER NOT NULL PRIMARY KEY REFERENCES journal_chain (seq),
    created_ns      INTEGER NOT NULL,
    retain_until_ns INTEGER NOT NULL, -- the link's, which counts
    client          TEXT    NOT NULL,
    request_id      TEXT    NOT NULL,
    request_hash    TEXT    NOT NULL,
    policy          TEXT    NOT NULL,
    engine          TEXT    NOT NULL,
    prompt          TEXT    NOT NULL,
    model_id        TEXT    NOT NULL,
    region          TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    degraded        TEXT    NOT NULL,
    key_id          TEXT    NOT NULL, -- '': the three below are plain
    request         BLOB    NOT NULL,
    attempts        BLOB    NOT NULL,
    answer          BLOB    NOT NULL
) STRICT;
CREATE INDEX journal_content_client ON journal_content (client, created_ns, seq);
CREATE INDEX journal_content_retained ON journal_content (retain_until_ns) WHERE retain_until_ns > 0;

CREATE TABLE journal_head (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL
) STRICT;
INSERT INTO journal_head (one, seq, hash) VALUES (1, 0, zeroblob(32));

-- until_ns is above zero only within the transaction that prunes: content
-- whose retention ended by then may be deleted.
CREATE TABLE journal_prune (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    until_ns INTEGER NOT NULL
) STRICT;
INSERT INTO journal_prune (one, until_ns) VALUES (1, 0);

-- +goose StatementBegin
CREATE TRIGGER journal_chain_no_update BEFORE UPDATE ON journal_chain
BEGIN SELECT RAISE(ABORT, 'the journal is immutable'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_chain_no_delete BEFORE DELETE ON journal_chain
BEGIN SELECT RAISE(ABORT, 'the journal is immutable'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_content_no_update BEFORE UPDATE ON journal_content
BEGIN SELECT RAISE(ABORT, 'the journal is immutable'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_content_no_delete BEFORE DELETE ON journal_content
WHEN NOT EXISTS (
    SELECT 1 FROM journal_chain c, journal_prune p
    WHERE c.seq = OLD.seq AND c.retain_until_ns > 0 AND c.retain_until_ns <= p.until_ns
)
BEGIN SELECT RAISE(ABORT, 'the journal is immutable'); END;
-- +goose StatementEnd
