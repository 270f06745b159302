-- +goose Up
-- Amounts are nano-USD, times nanoseconds since 1970 in UTC.
CREATE TABLE ledger_reservations (
    id         TEXT    NOT NULL PRIMARY KEY,
    client     TEXT    NOT NULL,
    model      TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    charged    INTEGER NOT NULL DEFAULT 0 CHECK (charged >= 0),
    state      TEXT    NOT NULL CHECK (state IN ('reserved', 'settled', 'released', 'forfeited', 'expired')),
    at_ns      INTEGER NOT NULL,
    expires_ns INTEGER NOT NULL,
    CHECK (state <> 'reserved' OR charged = 0)
) STRICT;
CREATE INDEX ledger_reservations_open ON ledger_reservations (expires_ns) WHERE state = 'reserved';

-- at_ns is the reservation's own time and decides the windows that the entry
-- belongs to; posted_ns is when it was written.
CREATE TABLE ledger_entries (
    seq            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    reservation    TEXT    NOT NULL REFERENCES ledger_reservations (id),
    kind           TEXT    NOT NULL CHECK (kind IN ('reserve', 'settle', 'release', 'forfeit', 'expire', 'adjust')),
    client         TEXT    NOT NULL,
    reserved_delta INTEGER NOT NULL,
    spent_delta    INTEGER NOT NULL,
    input_tokens   INTEGER NOT NULL DEFAULT 0,
    output_tokens  INTEGER NOT NULL DEFAULT 0,
    at_ns          INTEGER NOT NULL,
    posted_ns      INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_entries_reservation ON ledger_entries (reservation);
CREATE INDEX ledger_entries_at ON ledger_entries (at_ns);
CREATE INDEX ledger_entries_client_at ON ledger_entries (client, at_ns);

-- One row per budget and window that was touched: the sum of its entries.
CREATE TABLE ledger_balances (
    budget   TEXT    NOT NULL CHECK (budget IN ('client', 'global')),
    client   TEXT    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('day', 'month')),
    start_ns INTEGER NOT NULL,
    end_ns   INTEGER NOT NULL,
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    spent    INTEGER NOT NULL CHECK (spent >= 0),
    PRIMARY KEY (budget, client, start_ns, end_ns, kind),
    CHECK (end_ns > start_ns),
    CHECK ((budget = 'global') = (client = ''))
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger entries are immutable'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger entries are immutable'); END;
-- +goose StatementEnd
