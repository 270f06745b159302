-- +goose Up
-- The answer to a request that its client may send again. lease_ns is when a
-- request under way counts as dead.
CREATE TABLE idempotency_keys (
    client       TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash TEXT    NOT NULL,
    done         INTEGER NOT NULL CHECK (done IN (0, 1)),
    status       INTEGER NOT NULL,
    key_id       TEXT    NOT NULL, -- '': the body is plain
    body         BLOB    NOT NULL,
    lease_ns     INTEGER NOT NULL,
    expires_ns   INTEGER NOT NULL,
    PRIMARY KEY (client, key)
) STRICT;
CREATE INDEX idempotency_keys_expires ON idempotency_keys (expires_ns);
