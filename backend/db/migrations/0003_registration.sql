-- Registering people: settings of card systems, stock, prices, vouchers,
-- registrations with their payment, dated social tariffs with a history,
-- associations, families, merged people, consents, bulk work.

-- +goose Up
SET LOCAL lock_timeout = '2s';

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- plain_text spells a text for searching: lower case, no accents, one space
-- between words, nothing but letters and digits. IMMUTABLE, because indexes are
-- built from it; the dictionary comes with PostgreSQL and never changes.
-- +goose StatementBegin
CREATE FUNCTION plain_text(s text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT btrim(regexp_replace(lower(public.unaccent('public.unaccent', s)), '[^a-z0-9]+', ' ', 'g'))
$$;
-- +goose StatementEnd

-- name_key spells a name as one word: «Van den Berg» and «Vandenberg» are the
-- same. name_stem leaves the particles in front out, which half of all names
-- share.
-- +goose StatementBegin
CREATE FUNCTION name_key(s text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT regexp_replace(lower(public.unaccent('public.unaccent', s)), '[^a-z0-9]+', '', 'g')
$$;
CREATE FUNCTION name_stem(s text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT regexp_replace(public.name_key(s), '^(van|von|den|der|de|du|het|ter|ten|le|la|el|ben)+(?=.{3})', '')
$$;
-- name_parts are what a name may be looked for by: as a whole, and each word.
CREATE FUNCTION name_parts(s text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT public.name_stem(s)
  UNION SELECT w FROM regexp_split_to_table(public.plain_text(s), ' ') w WHERE length(w) > 2 AND w NOT IN ('van', 'von', 'den', 'der', 'het', 'ter', 'ten')
$$;
-- +goose StatementEnd

-- Settings of a card system.
ALTER TABLE card_system
  ADD COLUMN secondary_color            text NOT NULL DEFAULT '' CHECK (secondary_color ~ '^(#[0-9a-f]{6})?$'),
  ADD COLUMN logo_url                   text NOT NULL DEFAULT '',
  ADD COLUMN socialtariff_info          text NOT NULL DEFAULT '',
  -- The last day of a newly granted social tariff, in the next year, as MM-DD.
  ADD COLUMN socialtariff_default_end   text NOT NULL DEFAULT '04-30' CHECK (socialtariff_default_end ~ '^[01][0-9]-[0-3][0-9]$'),
  -- The latest last day that may be chosen, in the next year, as MM-DD.
  ADD COLUMN socialtariff_maximum_end   text NOT NULL DEFAULT '12-31' CHECK (socialtariff_maximum_end ~ '^[01][0-9]-[0-3][0-9]$'),
  ADD COLUMN insz_required              boolean NOT NULL DEFAULT true,
  ADD COLUMN adult_age                  smallint NOT NULL DEFAULT 18 CHECK (adult_age BETWEEN 0 AND 30),
  ADD COLUMN optin_age                  smallint NOT NULL DEFAULT 16 CHECK (optin_age BETWEEN 0 AND 30),
  ADD COLUMN cardless_registration      text NOT NULL DEFAULT 'ALL' CHECK (cardless_registration IN ('ALL', 'REGULAR', 'SOCIALTARIFF', 'NONE')),
  ADD COLUMN family_max_members         smallint NOT NULL DEFAULT 10 CHECK (family_max_members > 0),
  ADD COLUMN family_max_adults          smallint NOT NULL DEFAULT 2 CHECK (family_max_adults > 0),
  ADD COLUMN low_stock                  integer NOT NULL DEFAULT 10 CHECK (low_stock >= 0),
  ADD COLUMN version                    integer NOT NULL DEFAULT 1;

ALTER TABLE card_system_city
  ADD COLUMN contact_email                 text NOT NULL DEFAULT '',
  ADD COLUMN allows_cardless_registration  boolean NOT NULL DEFAULT true;

-- Where the numbers of digital cards come from: prefix and serial make the
-- first eleven digits. One row is one range; the next serial is taken with a
-- guarded update. No two ranges share a number.
CREATE TABLE card_number_range (
  id             uuid PRIMARY KEY,
  card_system_id integer NOT NULL REFERENCES card_system,
  prefix         text COLLATE "C" NOT NULL CHECK (prefix ~ '^[0-9]{1,10}$'),
  first_serial   bigint NOT NULL CHECK (first_serial >= 0),
  next_serial    bigint NOT NULL,
  last_serial    bigint NOT NULL,
  CONSTRAINT range_not_used_up CHECK (next_serial BETWEEN first_serial AND last_serial + 1),
  CONSTRAINT range_fits CHECK (last_serial < power(10, 11 - length(prefix))::bigint),
  CONSTRAINT range_shares_nothing EXCLUDE USING gist (int8range(
    rpad(prefix, 11, '0')::bigint + first_serial, rpad(prefix, 11, '0')::bigint + last_serial, '[]') WITH &&)
);
CREATE INDEX card_number_range_system ON card_number_range (card_system_id);

-- A parcel of cards on its way to a counter.
CREATE TABLE shipment (
  id             uuid PRIMARY KEY,
  card_system_id integer NOT NULL REFERENCES card_system,
  counter_id     text COLLATE "C" NOT NULL REFERENCES organizer,
  from_id        text COLLATE "C" REFERENCES organizer, -- none: from the region's own stock
  cards          integer NOT NULL CHECK (cards > 0),
  note           text NOT NULL DEFAULT '',
  sent_at        timestamptz NOT NULL,
  sent_by        text NOT NULL,
  received_at    timestamptz,
  received_by    text NOT NULL DEFAULT '',
  recalled_at    timestamptz, -- called back before it was received
  CONSTRAINT shipment_received_whole CHECK ((received_at IS NULL) = (received_by = '')),
  CONSTRAINT shipment_ends_once CHECK (received_at IS NULL OR recalled_at IS NULL)
);
CREATE INDEX shipment_counter ON shipment (counter_id, sent_at);
CREATE INDEX shipment_system ON shipment (card_system_id, sent_at);

-- What somebody counted in a drawer, beside what the books said. Append-only.
CREATE TABLE stock_count (
  id             uuid PRIMARY KEY,
  card_system_id integer NOT NULL REFERENCES card_system,
  counter_id     text COLLATE "C" NOT NULL REFERENCES organizer,
  socialtariff   boolean NOT NULL, -- which kind of card
  expected       integer NOT NULL CHECK (expected >= 0),
  counted        integer NOT NULL CHECK (counted >= 0),
  note           text NOT NULL DEFAULT '',
  at             timestamptz NOT NULL,
  actor          text NOT NULL
);
CREATE INDEX stock_count_counter ON stock_count (counter_id, card_system_id, id);
CREATE TRIGGER stock_count_immutable BEFORE UPDATE OR DELETE ON stock_count FOR EACH ROW EXECUTE FUNCTION immutable_row();

ALTER TABLE card
  ADD COLUMN pack        text COLLATE "C" NOT NULL DEFAULT '', -- the supplier's package
  ADD COLUMN shipment_id uuid REFERENCES shipment,
  ADD COLUMN created_at  timestamptz NOT NULL DEFAULT now();
CREATE INDEX card_stock ON card (card_system_id, counter_id, status) WHERE status IN ('STOCK', 'SENT', 'LOCAL_STOCK');
CREATE INDEX card_shipment ON card (shipment_id) WHERE shipment_id IS NOT NULL;

-- Group passes that are changed.
ALTER TABLE group_pass
  ADD COLUMN phone_number text NOT NULL DEFAULT '',
  ADD COLUMN version      integer NOT NULL DEFAULT 1;
CREATE INDEX group_pass_system ON group_pass (card_system_id, name);

-- What happened to a card. Append-only.
CREATE TABLE card_event (
  id           uuid PRIMARY KEY,
  card_id      uuid NOT NULL,
  at           timestamptz NOT NULL,
  from_status  text NOT NULL,
  to_status    text NOT NULL,
  reason       text NOT NULL DEFAULT '' CHECK (reason IN ('', 'LOST', 'STOLEN', 'DEFECT', 'REPLACED', 'MOVED', 'DECEASED', 'MISUSE', 'FOUND', 'MISTAKE', 'VOIDED', 'IMPORTED')),
  actor        text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX card_event_card ON card_event (card_id, id);
CREATE TRIGGER card_event_immutable BEFORE UPDATE OR DELETE ON card_event FOR EACH ROW EXECUTE FUNCTION immutable_row();

-- People: what a registration adds.
ALTER TABLE passholder
  ADD COLUMN place_of_birth  text NOT NULL DEFAULT '',
  ADD COLUMN no_email        boolean NOT NULL DEFAULT false, -- said to have none
  ADD COLUMN language        text NOT NULL DEFAULT 'nl' CHECK (language IN ('nl', 'fr', 'de', 'en')),
  ADD COLUMN school_id       text COLLATE "C" REFERENCES organizer,
  ADD COLUMN remarks         text NOT NULL DEFAULT '',
  ADD COLUMN verified_at     timestamptz,              -- by an eID that was proved
  ADD COLUMN verified_by     text NOT NULL DEFAULT '', -- what proved it: the checks, and a digest of the files
  ADD COLUMN deceased_on     date,
  ADD COLUMN merged_into     uuid REFERENCES passholder,
  ADD COLUMN erased_at       timestamptz,
  ADD COLUMN updated_at      timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN version         integer NOT NULL DEFAULT 1,
  ADD COLUMN first_key       text COLLATE "C" NOT NULL GENERATED ALWAYS AS (name_key(first_name)) STORED,
  ADD COLUMN last_key        text COLLATE "C" NOT NULL GENERATED ALWAYS AS (name_key(name)) STORED,
  ADD CONSTRAINT passholder_not_its_own_double CHECK (merged_into <> id);
CREATE INDEX passholder_last_key ON passholder (last_key, first_key, id);
CREATE INDEX passholder_first_key ON passholder (first_key, last_key, id);
CREATE INDEX passholder_street ON passholder USING gin (plain_text(street || ' ' || postal_code || ' ' || city) gin_trgm_ops);
CREATE INDEX passholder_born ON passholder (date_of_birth);
CREATE INDEX passholder_email ON passholder (lower(email)) WHERE email <> '';
CREATE INDEX passholder_phone ON passholder (phone_number) WHERE phone_number <> '';
CREATE INDEX passholder_school ON passholder (school_id) WHERE school_id IS NOT NULL;
CREATE INDEX passholder_name ON passholder (name, first_name, id);

-- Every first name (F) and surname (L) that somebody has, once for each part.
-- People are many and names are few: a name with a mistake in it is looked for
-- here.
CREATE TABLE name_word (
  kind "char" NOT NULL CHECK (kind IN ('F', 'L')),
  word text COLLATE "C" NOT NULL CHECK (word <> ''), -- the whole name: first_key or last_key
  part text COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, word, part)
);
CREATE INDEX name_word_first ON name_word USING gin (part gin_trgm_ops, word gin_trgm_ops) WHERE kind = 'F';
CREATE INDEX name_word_last ON name_word USING gin (part gin_trgm_ops, word gin_trgm_ops) WHERE kind = 'L';

-- +goose StatementBegin
CREATE FUNCTION remember_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO name_word (kind, word, part)
    SELECT 'F', first_key, public.name_parts(first_name) FROM (SELECT DISTINCT first_key, first_name FROM fresh WHERE first_key <> '') f
    UNION SELECT 'L', last_key, public.name_parts(name) FROM (SELECT DISTINCT last_key, name FROM fresh WHERE last_key <> '') l
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER passholder_names_added AFTER INSERT ON passholder
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION remember_names();
CREATE TRIGGER passholder_names_changed AFTER UPDATE ON passholder
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION remember_names();

CREATE TABLE passholder_picture (
  passholder_id uuid PRIMARY KEY REFERENCES passholder,
  media_type    text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
  content       bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 2097152),
  source        text NOT NULL CHECK (source IN ('EID', 'FILE', 'WEBCAM', 'API')),
  taken_at      timestamptz NOT NULL
);

-- A note that only those with the right may read.
CREATE TABLE passholder_note (
  passholder_id uuid PRIMARY KEY REFERENCES passholder,
  note          text NOT NULL,
  updated_at    timestamptz NOT NULL,
  updated_by    text NOT NULL
);

-- Every consent that was given or taken back. Append-only; the newest counts.
CREATE TABLE consent (
  id            uuid PRIMARY KEY,
  passholder_id uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('LEGAL_TERMS_PAPER', 'LEGAL_TERMS_DIGITAL', 'PARENTAL', 'SERVICE_MAILS', 'MILESTONE_MAILS', 'INFO_MAILS', 'SMS', 'POST')),
  given         boolean NOT NULL,
  at            timestamptz NOT NULL,
  actor         text NOT NULL,
  organizer_id  text COLLATE "C" NOT NULL DEFAULT '',
  channel       text NOT NULL CHECK (channel IN ('COUNTER', 'API', 'IMPORT', 'SELF'))
);
CREATE INDEX consent_passholder ON consent (passholder_id, kind, id);

-- Memberships that end.
ALTER TABLE membership
  DROP CONSTRAINT membership_status_check,
  ADD CONSTRAINT membership_status_check CHECK (status IN ('ACTIVE', 'BLOCKED', 'ENDED')),
  ADD COLUMN status_reason text NOT NULL DEFAULT '' CHECK (status_reason IN ('', 'MOVED', 'DECEASED', 'MISUSE', 'REQUEST', 'VOIDED', 'MERGED')),
  ADD COLUMN status_at     timestamptz;
CREATE INDEX membership_system ON membership (card_system_id, passholder_id);

-- What happened to social tariffs: who, when, on what ground. Append-only.
CREATE TABLE social_tariff_event (
  id              uuid PRIMARY KEY,
  social_tariff_id uuid NOT NULL,
  passholder_id   uuid NOT NULL,
  card_system_id  integer NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('GRANTED', 'RENEWED', 'SUSPENDED', 'RESUMED', 'ENDED', 'UNDONE')),
  valid           daterange NOT NULL,
  suspended_until date,
  was_valid       daterange, -- before; none with GRANTED
  was_suspended_until date,
  was_ground      text NOT NULL DEFAULT '',
  ground          text NOT NULL DEFAULT '',
  note            text NOT NULL DEFAULT '',
  at              timestamptz NOT NULL,
  actor           text NOT NULL,
  organizer_id    text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX social_tariff_event_person ON social_tariff_event (passholder_id, card_system_id, id);
CREATE INDEX social_tariff_ends ON social_tariff (card_system_id, upper(valid));

-- Vouchers: codes that change the price of a pass.
CREATE TABLE voucher_type (
  id             uuid PRIMARY KEY,
  card_system_id integer NOT NULL REFERENCES card_system,
  name           text NOT NULL CHECK (name <> ''),
  prefix         text COLLATE "C" NOT NULL CHECK (prefix ~ '^[0-9A-Z]{1,8}$'),
  valid          daterange NOT NULL CHECK (NOT isempty(valid)),
  max_uses       integer NOT NULL DEFAULT 1 CHECK (max_uses > 0),
  closed_at      timestamptz,
  created_at     timestamptz NOT NULL,
  version        integer NOT NULL DEFAULT 1,
  UNIQUE (card_system_id, prefix)
);

-- One code. held counts reservations under way, used those that were spent.
CREATE TABLE voucher (
  number          text COLLATE "C" PRIMARY KEY CHECK (number ~ '^[0-9A-Z]{4,32}$'),
  voucher_type_id uuid NOT NULL REFERENCES voucher_type,
  max_uses        integer NOT NULL CHECK (max_uses > 0),
  used            integer NOT NULL DEFAULT 0 CHECK (used >= 0),
  held            integer NOT NULL DEFAULT 0 CHECK (held >= 0),
  withdrawn_at    timestamptz,
  created_at      timestamptz NOT NULL,
  CONSTRAINT voucher_not_spent_twice CHECK (used + held <= max_uses)
);
CREATE INDEX voucher_of_type ON voucher (voucher_type_id, number);

-- A voucher kept for somebody who is being registered, for 15 minutes.
CREATE TABLE voucher_hold (
  id             uuid PRIMARY KEY,
  voucher_number text COLLATE "C" NOT NULL REFERENCES voucher,
  actor          text NOT NULL,
  organizer_id   text COLLATE "C" NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL
);
CREATE INDEX voucher_hold_expiry ON voucher_hold (expires_at);
CREATE INDEX voucher_hold_voucher ON voucher_hold (voucher_number);

-- What a pass costs: versions of a list, never overlapping, and their rows.
CREATE TABLE price_list (
  id             uuid PRIMARY KEY,
  card_system_id integer NOT NULL REFERENCES card_system,
  valid          daterange NOT NULL CHECK (NOT isempty(valid)),
  name           text NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL,
  created_by     text NOT NULL,
  version        integer NOT NULL DEFAULT 1,
  CONSTRAINT price_list_no_overlap EXCLUDE USING gist (card_system_id WITH =, valid WITH &&)
);

-- NULL in a condition means «any». Of the rows that fit, the most precise wins.
CREATE TABLE price_row (
  id              uuid PRIMARY KEY,
  price_list_id   uuid NOT NULL REFERENCES price_list ON DELETE CASCADE,
  position        integer NOT NULL,
  reason          text CHECK (reason IN ('FIRST_CARD', 'CARD_UPGRADE', 'EXTRA_CARD', 'LOSS_THEFT', 'DEFECT', 'LOSS_KANSENSTATUUT', 'OBTAIN_KANSENSTATUUT')),
  age_from        smallint CHECK (age_from >= 0),
  age_until       smallint CHECK (age_until >= 0), -- included
  social_tariff   boolean,
  card_type       text CHECK (card_type IN ('NFC_CARD', 'DIGITAL')),
  resident        boolean,
  voucher_type_id uuid REFERENCES voucher_type,
  cents           bigint NOT NULL CHECK (cents >= 0),
  label           jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT price_row_ages CHECK (age_from <= age_until),
  UNIQUE (price_list_id, position)
);

-- One sale of a pass: a first card, a membership joined, a card replaced. What
-- was decided stands in it, so that it can be explained and voided.
CREATE TABLE registration (
  id             uuid PRIMARY KEY,
  reason         text NOT NULL CHECK (reason IN ('FIRST_CARD', 'CARD_UPGRADE', 'EXTRA_CARD', 'LOSS_THEFT', 'DEFECT', 'LOSS_KANSENSTATUUT', 'OBTAIN_KANSENSTATUUT')),
  passholder_id  uuid NOT NULL,
  card_system_id integer NOT NULL,
  card_id        uuid, -- the card given out; none where an old card serves
  replaces_id    uuid, -- the card it took the place of
  organizer_id   text COLLATE "C" NOT NULL,
  household_id   uuid, -- people registered in one go
  price_cents    bigint NOT NULL CHECK (price_cents >= 0),
  price_row_id   uuid,
  explanation    jsonb NOT NULL DEFAULT '{}',
  voucher_number text COLLATE "C" NOT NULL DEFAULT '',
  payment        text NOT NULL CHECK (payment IN ('CASH', 'CARD', 'TRANSFER', 'NONE')),
  receipt        bigint NOT NULL, -- counts up per counter
  eid_read_id    uuid,
  before         jsonb NOT NULL DEFAULT '{}', -- what an undo needs: ids and statuses, nothing of the person
  actor          text NOT NULL,
  channel        text NOT NULL CHECK (channel IN ('COUNTER', 'API', 'IMPORT')),
  at             timestamptz NOT NULL,
  day            date NOT NULL, -- Brussels, for the day total and the undo
  voided_at      timestamptz,
  voided_by      text NOT NULL DEFAULT '',
  CONSTRAINT registration_paid CHECK (price_cents = 0 OR payment <> 'NONE' OR channel <> 'COUNTER'),
  UNIQUE (organizer_id, receipt)
);
CREATE INDEX registration_day ON registration (organizer_id, day);
CREATE INDEX registration_passholder ON registration (passholder_id, id);

CREATE TABLE receipt_counter (
  organizer_id text COLLATE "C" PRIMARY KEY REFERENCES organizer,
  last         bigint NOT NULL DEFAULT 0
);

-- Somebody moved out of a card system, or died. What ended with it stands in it,
-- as ids, so that the counter can undo it the same day.
CREATE TABLE departure (
  id             uuid PRIMARY KEY,
  passholder_id  uuid NOT NULL,
  reason         text NOT NULL CHECK (reason IN ('MOVED', 'DECEASED')),
  card_system_id integer REFERENCES card_system, -- none: all of them, with a death
  organizer_id   text COLLATE "C" NOT NULL,
  actor          text NOT NULL,
  ended          jsonb NOT NULL,
  at             timestamptz NOT NULL,
  undone_at      timestamptz,
  undone_by      text NOT NULL DEFAULT '',
  CONSTRAINT departure_from_somewhere CHECK ((reason = 'MOVED') = (card_system_id IS NOT NULL))
);
CREATE INDEX departure_passholder ON departure (passholder_id, id);

-- Associations whose members are passholders.
CREATE TABLE association (
  id                uuid PRIMARY KEY,
  card_system_id    integer NOT NULL REFERENCES card_system,
  name              text NOT NULL CHECK (name <> ''),
  end_date_type     text NOT NULL CHECK (end_date_type IN ('CUSTOM', 'BASED_ON_DATE_OF_BIRTH', 'BASED_ON_REGISTRATION_DATE')),
  suggested_end     date,     -- with CUSTOM
  months            integer CHECK (months > 0), -- of age, or after registration
  renewable_months  integer NOT NULL DEFAULT 1 CHECK (renewable_months >= 0),
  created_at        timestamptz NOT NULL,
  version           integer NOT NULL DEFAULT 1,
  CONSTRAINT association_end CHECK (end_date_type = 'CUSTOM' OR months IS NOT NULL)
);

CREATE TABLE association_organizer (
  association_id uuid NOT NULL REFERENCES association,
  organizer_id   text COLLATE "C" NOT NULL REFERENCES organizer,
  may_write      boolean NOT NULL DEFAULT false,
  PRIMARY KEY (association_id, organizer_id)
);

CREATE TABLE association_membership (
  association_id uuid NOT NULL REFERENCES association,
  passholder_id  uuid NOT NULL REFERENCES passholder,
  since          date NOT NULL,
  ends_on        date NOT NULL, -- last day
  stopped_at     timestamptz,
  PRIMARY KEY (association_id, passholder_id)
);
CREATE INDEX association_membership_person ON association_membership (passholder_id);
CREATE INDEX association_system ON association (card_system_id, name);
CREATE INDEX association_organizer_organizer ON association_organizer (organizer_id);

-- Families are lists that a main member keeps.
CREATE TABLE family_member (
  main_id    uuid NOT NULL REFERENCES passholder,
  member_id  uuid NOT NULL REFERENCES passholder,
  icon       text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  undo_hash  bytea CHECK (octet_length(undo_hash) = 32), -- of the token that the member got to leave
  PRIMARY KEY (main_id, member_id),
  CONSTRAINT family_not_oneself CHECK (main_id <> member_id)
);
CREATE INDEX family_member_member ON family_member (member_id);

-- Two records of one person made one; moved names what came from where.
CREATE TABLE passholder_merge (
  id         uuid PRIMARY KEY,
  kept_id    uuid NOT NULL REFERENCES passholder,
  merged_id  uuid NOT NULL REFERENCES passholder,
  moved      jsonb NOT NULL,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,
  undone_at  timestamptz,
  undone_by  text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX passholder_merge_open ON passholder_merge (merged_id) WHERE undone_at IS NULL;

-- Work on many: a selection or a file, row by row, resumed after a crash.
CREATE TABLE bulk (
  id           uuid PRIMARY KEY,
  kind         text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  actor        jsonb NOT NULL,
  purpose      text NOT NULL DEFAULT '',
  parameters   jsonb NOT NULL DEFAULT '{}',
  dry_run      boolean NOT NULL,
  state        text NOT NULL CHECK (state IN ('READY', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  total        integer NOT NULL DEFAULT 0,
  done         integer NOT NULL DEFAULT 0,
  failed       integer NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  finished_at  timestamptz,
  CONSTRAINT bulk_progress CHECK (done BETWEEN 0 AND total AND failed BETWEEN 0 AND done)
);
CREATE INDEX bulk_organizer ON bulk (organizer_id, created_at);

CREATE TABLE bulk_row (
  bulk_id    uuid NOT NULL REFERENCES bulk ON DELETE CASCADE,
  number     integer NOT NULL, -- the row of the file, or the place in the selection
  subject_id uuid,
  input      bytea, -- sealed: a row of a file may hold national numbers
  state      text NOT NULL CHECK (state IN ('WAITING', 'DONE', 'FAILED', 'SKIPPED')),
  code       text NOT NULL DEFAULT '',
  args       jsonb,
  PRIMARY KEY (bulk_id, number)
);
CREATE INDEX bulk_row_waiting ON bulk_row (bulk_id, number) WHERE state = 'WAITING';
-- Rows about one person are done together.
CREATE INDEX bulk_row_person ON bulk_row (bulk_id, subject_id) WHERE state = 'WAITING';

-- Wishes under the data-protection law, and what was done with them.
CREATE TABLE privacy_request (
  id            uuid PRIMARY KEY,
  passholder_id uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('EXPORT', 'ERASURE')),
  organizer_id  text COLLATE "C" NOT NULL,
  actor         text NOT NULL,
  state         text NOT NULL CHECK (state IN ('OPEN', 'DONE', 'REFUSED')),
  reason        text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL,
  done_at       timestamptz
);
CREATE INDEX privacy_request_open ON privacy_request (state, created_at);

-- Batches of audit rows, each with the hash of its rows and of the batch before
-- it: what was changed, taken out or put in afterwards shows. A batch holds the
-- ids from from_id up to, not including, until_id; it never crosses a month, so
-- that a partition is dropped with whole batches.
CREATE TABLE audit_seal (
  number    bigint PRIMARY KEY CHECK (number > 0),
  from_id   uuid NOT NULL UNIQUE,
  until_id  uuid NOT NULL UNIQUE,
  row_count integer NOT NULL CHECK (row_count >= 0),
  rows_hash bytea NOT NULL CHECK (octet_length(rows_hash) = 32),
  previous  bytea NOT NULL CHECK (octet_length(previous) = 32),
  sealed_at timestamptz NOT NULL,
  hash      bytea NOT NULL CHECK (octet_length(hash) = 32),
  CHECK (from_id < until_id)
);
CREATE TRIGGER audit_seal_immutable BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION immutable_row();
