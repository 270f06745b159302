-- +goose Up
-- A record is of a recommendation, unless it is of what came of one.
ALTER TABLE journal_content ADD COLUMN kind TEXT NOT NULL DEFAULT ''; -- '': a recommendation
ALTER TABLE journal_content ADD COLUMN about TEXT NOT NULL DEFAULT ''; -- the id of the recommendation that it is about
ALTER TABLE journal_content ADD COLUMN saved_nano BIGINT NOT NULL DEFAULT 0; -- what the cache kept from being spent
CREATE INDEX journal_content_created ON journal_content (created_ns, seq);
CREATE INDEX journal_content_about ON journal_content (about) WHERE about <> '';
