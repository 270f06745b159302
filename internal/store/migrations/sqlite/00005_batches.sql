-- +goose Up
-- Batch jobs may use a part of each budget. What belongs to one says so, and
-- each balance has the sum of its own.
ALTER TABLE ledger_reservations ADD COLUMN batch TEXT NOT NULL DEFAULT ''; -- the job; '': none
ALTER TABLE ledger_entries ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger_balances ADD COLUMN batch_reserved INTEGER NOT NULL DEFAULT 0 CHECK (batch_reserved >= 0);
ALTER TABLE ledger_balances ADD COLUMN batch_spent INTEGER NOT NULL DEFAULT 0 CHECK (batch_spent >= 0);
CREATE INDEX ledger_entries_batch ON ledger_entries (batch, reserved_delta, spent_delta) WHERE batch <> '';

-- A job of many requests. The times are 0 until they have come.
CREATE TABLE batch_jobs (
    id          TEXT    NOT NULL PRIMARY KEY,
    client      TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    trace_id    TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('receiving', 'active', 'cancelling', 'cancelled', 'completed')),
    lines       INTEGER NOT NULL CHECK (lines >= 0),
    created_ns  INTEGER NOT NULL,
    started_ns  INTEGER NOT NULL,
    ended_ns    INTEGER NOT NULL,
    expires_ns  INTEGER NOT NULL, -- when it is erased
    served_ns   INTEGER NOT NULL, -- when a line of it was taken last
    held_ns     INTEGER NOT NULL, -- until when no line is taken
    blocked_ns  INTEGER NOT NULL, -- since when none of its lines has got the model's words
    reason      TEXT    NOT NULL  -- why it is held
) STRICT;
CREATE INDEX batch_jobs_open ON batch_jobs (client) WHERE state IN ('receiving', 'active', 'cancelling');
CREATE INDEX batch_jobs_expires ON batch_jobs (expires_ns);

-- custom_id, input and error are sealed under key_id. The answer is in the
-- journal. input is empty once the line has ended.
CREATE TABLE batch_lines (
    job            TEXT    NOT NULL REFERENCES batch_jobs (id),
    line           INTEGER NOT NULL CHECK (line > 0),
    state          TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    holder         TEXT    NOT NULL,
    lease_ns       INTEGER NOT NULL,
    source         TEXT    NOT NULL,
    degraded       TEXT    NOT NULL,
    recommendation TEXT    NOT NULL,
    key_id         TEXT    NOT NULL, -- '': plain
    custom_id      BLOB    NOT NULL,
    input          BLOB    NOT NULL,
    error          BLOB    NOT NULL,
    PRIMARY KEY (job, line)
) STRICT;
CREATE INDEX batch_lines_state ON batch_lines (job, state, source, degraded);
CREATE INDEX batch_lines_running ON batch_lines (holder, lease_ns) WHERE state = 'running';
