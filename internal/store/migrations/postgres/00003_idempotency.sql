-- +goose Up
-- The answer to a request that its client may send again. lease_ns is when a
-- request under way counts as dead.
CREATE TABLE idempotency_keys (
    client       TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    request_hash TEXT   NOT NULL,
    done         BIGINT NOT NULL CHECK (done IN (0, 1)),
    status       BIGINT NOT NULL,
    key_id       TEXT   NOT NULL, -- '': the body is plain
    body         BYTEA  NOT NULL,
    lease_ns     BIGINT NOT NULL,
    expires_ns   BIGINT NOT NULL,
    PRIMARY KEY (client, key)
);
CREATE INDEX idempotency_keys_expires ON idempotency_keys (expires_ns);
