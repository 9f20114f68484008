-- Reads of identity cards that were proved, for an hour, so that a registration
-- can refer to one. No file and no name of the card is kept; the national
-- number is sealed, as everywhere.

-- +goose Up
SET LOCAL lock_timeout = '2s';

CREATE TABLE eid_read (
  id            uuid PRIMARY KEY,
  at            timestamptz NOT NULL,
  actor         text NOT NULL,
  organizer_id  text COLLATE "C" NOT NULL REFERENCES organizer,
  verdict       jsonb NOT NULL,
  files_sha256  bytea NOT NULL CHECK (octet_length(files_sha256) = 32), -- of all files together, signatures among them
  insz_cipher   bytea, -- none: the card has no valid number
  expires_at    timestamptz NOT NULL CHECK (expires_at > at)
);
CREATE INDEX eid_read_expires ON eid_read (expires_at);
