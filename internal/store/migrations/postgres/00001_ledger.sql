-- +goose Up
-- Amounts are nano-USD, times nanoseconds since 1970 in UTC.
CREATE TABLE ledger_reservations (
    id         TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    model      TEXT   NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount >= 0),
    charged    BIGINT NOT NULL DEFAULT 0 CHECK (charged >= 0),
    state      TEXT   NOT NULL CHECK (state IN ('reserved', 'settled', 'released', 'forfeited', 'expired')),
    at_ns      BIGINT NOT NULL,
    expires_ns BIGINT NOT NULL,
    CHECK (state <> 'reserved' OR charged = 0)
);
CREATE INDEX ledger_reservations_open ON ledger_reservations (expires_ns) WHERE state = 'reserved';

-- at_ns is the reservation's own time and decides the windows that the entry
-- belongs to; posted_ns is when it was written.
CREATE TABLE ledger_entries (
    seq            BIGINT NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    reservation    TEXT   NOT NULL REFERENCES ledger_reservations (id),
    kind           TEXT   NOT NULL CHECK (kind IN ('reserve', 'settle', 'release', 'forfeit', 'expire', 'adjust')),
    client         TEXT   NOT NULL,
    reserved_delta BIGINT NOT NULL,
    spent_delta    BIGINT NOT NULL,
    input_tokens   BIGINT NOT NULL DEFAULT 0,
    output_tokens  BIGINT NOT NULL DEFAULT 0,
    at_ns          BIGINT NOT NULL,
    posted_ns      BIGINT NOT NULL
);
CREATE INDEX ledger_entries_reservation ON ledger_entries (reservation);
CREATE INDEX ledger_entries_at ON ledger_entries (at_ns);
CREATE INDEX ledger_entries_client_at ON ledger_entries (client, at_ns);

-- One row per budget and window that was touched: the sum of its entries. The
-- fill factor leaves room to update a hot row within its page.
CREATE TABLE ledger_balances (
    budget   TEXT   NOT NULL CHECK (budget IN ('client', 'global')),
    client   TEXT   NOT NULL,
    kind     TEXT   NOT NULL CHECK (kind IN ('day', 'month')),
    start_ns BIGINT NOT NULL,
    end_ns   BIGINT NOT NULL,
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    spent    BIGINT NOT NULL CHECK (spent >= 0),
    PRIMARY KEY (budget, client, start_ns, end_ns, kind),
    CHECK (end_ns > start_ns),
    CHECK ((budget = 'global') = (client = ''))
) WITH (fillfactor = 50);

-- +goose StatementBegin
CREATE FUNCTION ballast_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is immutable', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION ballast_immutable();
CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ballast_immutable();
