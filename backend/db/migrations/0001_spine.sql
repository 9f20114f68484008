-- The spine: card systems, counters, people, cards, activities, the points
-- ledger, check-ins, rights and audit.
--
-- Conventions. Ids that we mint are UUIDv7; ids of organizers and activities
-- are foreign (UiTdatabank) and stay text; card system ids are the public
-- API's integers. Instants are timestamptz, days are date (Europe/Brussels
-- unless a row names its own zone). Hot append-only tables carry no foreign
-- keys: the statement that writes them reads the rows they name, and the
-- verifier looks for orphans.

-- +goose Up
SET LOCAL lock_timeout = '2s';

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- +goose StatementBegin
CREATE FUNCTION immutable_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- uuid_floor returns the smallest UUIDv7 of an instant: partition bounds and
-- time ranges over ids are built from it.
-- +goose StatementBegin
CREATE FUNCTION uuid_floor(t timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM t) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
-- +goose StatementEnd

-- ensure_month makes the partition of one month of an id-partitioned table,
-- unless it is there. Attaching a finished table, unlike CREATE TABLE ...
-- PARTITION OF, lets others write to the parent meanwhile; the advisory lock
-- lets two replicas do it at the same time.
-- +goose StatementBegin
CREATE FUNCTION ensure_month(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  child text := parent || '_' || to_char(month, 'YYYYMM');
  lo timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
  hi timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_month'));
  -- Asked of the catalogue itself: to_regclass would answer from a cache that
  -- is older than the lock.
  IF EXISTS (SELECT 1 FROM pg_class WHERE relname = child AND relnamespace = current_schema()::regnamespace) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    parent, child, uuid_floor(lo), uuid_floor(hi));
END $$;
-- +goose StatementEnd

-- One row: what this database is for. The sandbox refuses a production one.
CREATE TABLE deployment (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  kind       text NOT NULL CHECK (kind IN ('production', 'sandbox')),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Regions and their settings.
CREATE TABLE card_system (
  id                       integer PRIMARY KEY CHECK (id > 0),
  name                     text NOT NULL CHECK (name <> ''),
  primary_color            text NOT NULL DEFAULT '#0b5d5e' CHECK (primary_color ~ '^#[0-9a-f]{6}$'),
  website                  text NOT NULL DEFAULT '',
  contact_email            text NOT NULL DEFAULT '',
  time_zone                text NOT NULL DEFAULT 'Europe/Brussels',
  permanent                boolean NOT NULL DEFAULT true,
  socialtariff_grace_days  integer NOT NULL DEFAULT 30 CHECK (socialtariff_grace_days >= 0),
  checkin_margin_minutes   integer NOT NULL DEFAULT 300 CHECK (checkin_margin_minutes >= 0)
);

CREATE TABLE card_system_city (
  card_system_id integer NOT NULL REFERENCES card_system,
  postal_code    text NOT NULL CHECK (postal_code ~ '^[0-9]{4}$'),
  name           text NOT NULL,
  PRIMARY KEY (card_system_id, postal_code, name)
);

-- Organizers; a counter is an organizer in its role at a desk.
CREATE TABLE organizer (
  id         text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  name       text NOT NULL CHECK (name <> ''),
  city       text NOT NULL DEFAULT '',
  is_school  boolean NOT NULL DEFAULT false,
  account_id uuid NOT NULL UNIQUE
);

CREATE TABLE organizer_card_system (
  organizer_id   text COLLATE "C" NOT NULL REFERENCES organizer,
  card_system_id integer NOT NULL REFERENCES card_system,
  PRIMARY KEY (organizer_id, card_system_id)
);

-- People. Platform-wide, not owned by a card system. The national number is
-- stored encrypted (insz_cipher: key id, nonce and sealed value in one) and
-- found by keyed hash (insz_hash).
CREATE TABLE passholder (
  id                        uuid PRIMARY KEY,
  name                      text NOT NULL,
  first_name                text NOT NULL,
  date_of_birth             date NOT NULL,
  gender                    text CHECK (gender IN ('MALE', 'FEMALE', 'X')),
  nationality               text NOT NULL DEFAULT '',
  street                    text NOT NULL DEFAULT '',
  postal_code               text NOT NULL,
  city                      text NOT NULL,
  country                   text NOT NULL DEFAULT 'be' CHECK (country ~ '^[a-z]{2}$'),
  email                     text NOT NULL DEFAULT '',
  phone_number              text NOT NULL DEFAULT '',
  insz_cipher               bytea,
  insz_hash                 bytea CHECK (octet_length(insz_hash) = 32),
  insz_hash_key             text NOT NULL DEFAULT '',
  registration_organizer_id text COLLATE "C" REFERENCES organizer,
  created_at                timestamptz NOT NULL,
  opt_in                    jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT insz_whole CHECK ((insz_cipher IS NULL) = (insz_hash IS NULL))
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX passholder_insz ON passholder (insz_hash) WHERE insz_hash IS NOT NULL;

-- A group pass has no points and no check-ins, only turns.
CREATE TABLE group_pass (
  id                      uuid PRIMARY KEY,
  card_system_id          integer NOT NULL REFERENCES card_system,
  name                    text NOT NULL,
  email                   text NOT NULL DEFAULT '',
  street                  text NOT NULL DEFAULT '',
  postal_code             text NOT NULL,
  city                    text NOT NULL,
  tickets_per_year        integer CHECK (tickets_per_year > 0),
  socialtariff_until      date,
  created_at              timestamptz NOT NULL
);

CREATE TABLE card (
  id             uuid PRIMARY KEY,
  card_system_id integer NOT NULL REFERENCES card_system,
  uitpas_number  text COLLATE "C" NOT NULL UNIQUE CHECK (uitpas_number ~ '^[0-9]{11}[01][0-9]$'),
  chip           bytea UNIQUE CHECK (octet_length(chip) IN (4, 7, 10)),
  card_type      text NOT NULL CHECK (card_type IN ('NFC_CARD', 'DIGITAL')),
  status         text NOT NULL CHECK (status IN ('PROVISIONED', 'STOCK', 'SENT', 'LOCAL_STOCK', 'ACTIVE', 'BLOCKED', 'DELETED')),
  passholder_id  uuid REFERENCES passholder,
  group_pass_id  uuid REFERENCES group_pass,
  counter_id     text COLLATE "C" REFERENCES organizer,
  replaces       uuid REFERENCES card,
  status_reason  text NOT NULL DEFAULT '',
  status_at      timestamptz NOT NULL,
  CONSTRAINT card_one_holder CHECK (num_nonnulls(passholder_id, group_pass_id) <= 1),
  CONSTRAINT card_active_has_holder CHECK (status <> 'ACTIVE' OR num_nonnulls(passholder_id, group_pass_id) = 1),
  CONSTRAINT card_stock_has_none CHECK (status NOT IN ('PROVISIONED', 'STOCK', 'SENT', 'LOCAL_STOCK') OR num_nonnulls(passholder_id, group_pass_id) = 0)
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX card_one_active ON card (passholder_id, card_system_id) WHERE status = 'ACTIVE';
CREATE INDEX card_passholder ON card (passholder_id) WHERE passholder_id IS NOT NULL;
CREATE INDEX card_group_pass ON card (group_pass_id) WHERE group_pass_id IS NOT NULL;

CREATE TABLE membership (
  passholder_id  uuid NOT NULL REFERENCES passholder,
  card_system_id integer NOT NULL REFERENCES card_system,
  status         text NOT NULL CHECK (status IN ('ACTIVE', 'BLOCKED')),
  since          timestamptz NOT NULL,
  PRIMARY KEY (passholder_id, card_system_id)
);

-- The social tariff is a dated right of a person in a card system; its last
-- day is the upper bound, included. The grace period is not part of it.
CREATE TABLE social_tariff (
  id              uuid PRIMARY KEY,
  passholder_id   uuid NOT NULL,
  card_system_id  integer NOT NULL,
  valid           daterange NOT NULL CHECK (NOT isempty(valid)),
  suspended_until date,
  ground          text NOT NULL DEFAULT '',
  FOREIGN KEY (passholder_id, card_system_id) REFERENCES membership,
  CONSTRAINT social_tariff_no_overlap EXCLUDE USING gist (passholder_id WITH =, card_system_id WITH =, valid WITH &&)
);

-- Activities. calendar holds the moments in full (see package activity);
-- first_at and last_at bound it for lists.
CREATE TABLE activity (
  id                     text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  organizer_id           text COLLATE "C" NOT NULL REFERENCES organizer,
  title                  text NOT NULL,
  location               text NOT NULL DEFAULT '',
  description            text NOT NULL DEFAULT '',
  calendar_type          text NOT NULL CHECK (calendar_type IN ('SINGLE', 'MULTIPLE', 'PERIODIC', 'PERMANENT')),
  calendar               jsonb NOT NULL DEFAULT '{}',
  first_at               timestamptz,
  last_at                timestamptz,
  time_zone              text NOT NULL DEFAULT 'Europe/Brussels',
  checkin_margin_minutes integer NOT NULL DEFAULT 300 CHECK (checkin_margin_minutes >= 0),
  checkin_points         integer NOT NULL DEFAULT 1 CHECK (checkin_points >= 0),
  checkin_limit_volume   integer NOT NULL DEFAULT 1 CHECK (checkin_limit_volume > 0),
  checkin_limit_period   text NOT NULL CHECK (checkin_limit_period IN ('ABSOLUTE', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'))
);
CREATE INDEX activity_organizer ON activity (organizer_id, last_at);

CREATE TABLE activity_card_system (
  activity_id    text COLLATE "C" NOT NULL REFERENCES activity,
  card_system_id integer NOT NULL REFERENCES card_system,
  enabled        boolean NOT NULL DEFAULT true,
  PRIMARY KEY (activity_id, card_system_id)
);

-- The ledger. A holder's points account carries the holder's id. Accounts
-- with derived = true (organizers, system) keep no balance: theirs is a sum.
-- overdraft is the debt that a reversal of spent points may leave; spending
-- never raises it, so spending never overdraws.
CREATE TABLE account (
  id          uuid PRIMARY KEY,
  owner_kind  text NOT NULL CHECK (owner_kind IN ('PASSHOLDER', 'ORGANIZER', 'SYSTEM')),
  unit        text NOT NULL CHECK (unit IN ('POINT', 'EUR')),
  derived     boolean NOT NULL DEFAULT false,
  posted_in   bigint NOT NULL DEFAULT 0,
  posted_out  bigint NOT NULL DEFAULT 0,
  pending_out bigint NOT NULL DEFAULT 0,
  overdraft   bigint NOT NULL DEFAULT 0,
  -- One check for four: every statement that writes compiles each check anew.
  CONSTRAINT account_not_negative CHECK (least(posted_in, posted_out, pending_out, overdraft) >= 0),
  CONSTRAINT account_no_overdraft CHECK (posted_in - posted_out - pending_out + overdraft >= 0),
  CONSTRAINT account_derived_empty CHECK (NOT derived OR (posted_in = 0 AND posted_out = 0 AND pending_out = 0))
) WITH (fillfactor = 80);

-- One debit, one credit, never changed. code says why (package points).
CREATE TABLE transfer (
  id             uuid NOT NULL PRIMARY KEY,
  occurred_at    timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  card_system_id integer NOT NULL,
  debit_id       uuid NOT NULL,
  credit_id      uuid NOT NULL,
  amount         bigint NOT NULL CHECK (amount > 0),
  unit           text NOT NULL,
  code           smallint NOT NULL,
  group_id       uuid NOT NULL,
  reverses       uuid,
  CHECK (debit_id <> credit_id)
) PARTITION BY RANGE (id);
-- A check-in (code 1) debits an organizer; those sums come from its check-ins.
CREATE INDEX transfer_debit ON transfer (debit_id, id) WHERE code <> 1;
CREATE INDEX transfer_credit ON transfer (credit_id, id);
CREATE TRIGGER transfer_immutable BEFORE UPDATE OR DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION immutable_row();

-- One participation. A cancelled one stays, and its points are reversed.
CREATE TABLE checkin (
  id             uuid NOT NULL PRIMARY KEY,
  passholder_id  uuid NOT NULL,
  activity_id    text COLLATE "C" NOT NULL,
  organizer_id   text COLLATE "C" NOT NULL,
  card_system_id integer NOT NULL,
  uitpas_number  text COLLATE "C" NOT NULL,
  points         integer NOT NULL CHECK (points >= 0),
  period         daterange NOT NULL,
  occurred_at    timestamptz NOT NULL,
  channel        text NOT NULL CHECK (channel IN ('COUNTER', 'API', 'KIOSK', 'CODE')),
  cancelled_at   timestamptz
);
CREATE INDEX checkin_passholder ON checkin (passholder_id, id);

-- Every «at most N per period» is one row here, changed by a guarded upsert.
CREATE TABLE usage_counter (
  subject uuid NOT NULL,
  rule    text COLLATE "C" NOT NULL,
  period  daterange NOT NULL,
  used    integer NOT NULL,
  max     integer NOT NULL,
  CONSTRAINT usage_within_limit CHECK (used BETWEEN 0 AND max),
  PRIMARY KEY (subject, rule, period)
) WITH (fillfactor = 80);

-- What an Idempotency-Key did: the service's outcome, rendered again on replay.
CREATE TABLE idempotency (
  actor       text COLLATE "C" NOT NULL,
  key         text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint bytea NOT NULL,
  outcome     jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor, key)
);

-- What must happen after a commit. Read by id below the horizon of running
-- transactions, so that a late committer is not skipped.
CREATE TABLE outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  ordering_key uuid NOT NULL,
  type         text NOT NULL,
  payload      jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);

-- Who did what to whom, from which counter, and why. Ids only.
CREATE TABLE audit (
  id           uuid NOT NULL PRIMARY KEY,
  at           timestamptz NOT NULL,
  actor_kind   text NOT NULL,
  actor_id     text NOT NULL,
  organizer_id text NOT NULL DEFAULT '',
  action       text NOT NULL,
  subject_kind text NOT NULL DEFAULT '',
  subject_id   text COLLATE "C" NOT NULL DEFAULT '',
  detail       jsonb
) PARTITION BY RANGE (id);
CREATE INDEX audit_subject ON audit (subject_id, id) WHERE subject_id <> '';
CREATE TRIGGER audit_immutable BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION immutable_row();

-- People who sign in. Grants are by e-mail address, so that they can be given
-- before the first login.
CREATE TABLE login_user (
  id            uuid PRIMARY KEY,
  issuer        text NOT NULL,
  subject       text NOT NULL,
  email         text NOT NULL DEFAULT '' CHECK (email = lower(email)),
  name          text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL,
  last_login_at timestamptz NOT NULL,
  UNIQUE (issuer, subject)
);

CREATE TABLE login_session (
  id_hash      bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
  user_id      uuid NOT NULL REFERENCES login_user,
  id_token     text NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  user_agent   text NOT NULL DEFAULT ''
);
CREATE INDEX login_session_user ON login_session (user_id);

-- A login under way: what must come back from the provider.
CREATE TABLE login_flow (
  state_hash bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
  verifier   text NOT NULL,
  nonce      text NOT NULL,
  return_to  text NOT NULL,
  created_at timestamptz NOT NULL
);

-- (person or client) x organizer x role. subject is a lower-case e-mail
-- address or a client id.
CREATE TABLE rights_grant (
  subject_kind text NOT NULL CHECK (subject_kind IN ('PERSON', 'CLIENT')),
  subject      text COLLATE "C" NOT NULL CHECK (subject <> ''),
  organizer_id text COLLATE "C" NOT NULL REFERENCES organizer,
  role         text NOT NULL,
  granted_by   text NOT NULL,
  granted_at   timestamptz NOT NULL,
  PRIMARY KEY (subject_kind, subject, organizer_id, role)
);

-- What is wrong with the ledger: always empty. Each part reads its tables
-- once, so that it can run over years of rows.
CREATE VIEW ledger_fault AS
  SELECT 'balance' AS what, a.id::text AS ref
    FROM account a
    LEFT JOIN (SELECT credit_id AS id, sum(amount) AS s FROM transfer GROUP BY 1) i USING (id)
    LEFT JOIN (SELECT debit_id AS id, sum(amount) AS s FROM transfer GROUP BY 1) o USING (id)
   WHERE NOT a.derived AND (a.posted_in <> coalesce(i.s, 0) OR a.posted_out <> coalesce(o.s, 0))
  UNION ALL
  SELECT 'overdraft', id::text FROM account WHERE overdraft <> greatest(0, posted_out + pending_out - posted_in)
  UNION ALL
  SELECT 'orphan', t.id::text FROM transfer t
   WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = t.debit_id AND a.unit = t.unit)
      OR NOT EXISTS (SELECT 1 FROM account a WHERE a.id = t.credit_id AND a.unit = t.unit)
  UNION ALL
  SELECT 'account', p.id::text FROM passholder p
   WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = p.id AND a.unit = 'POINT' AND NOT a.derived)
  UNION ALL
  SELECT 'account', o.id FROM organizer o
   WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = o.account_id AND a.unit = 'POINT' AND a.derived)
  UNION ALL
  -- A check-in and its transfers, in both directions; code 1 is a check-in's.
  SELECT 'checkin', coalesce(c.id, t.group_id)::text
    FROM checkin c
    FULL JOIN (SELECT group_id, sum(CASE WHEN reverses IS NULL THEN amount ELSE -amount END) AS s, bool_or(code = 1) AS ours
                 FROM transfer GROUP BY group_id) t ON t.group_id = c.id
   WHERE (c.id IS NOT NULL OR t.ours)
     AND coalesce(t.s, 0) <> CASE WHEN c.cancelled_at IS NULL THEN coalesce(c.points, 0) ELSE 0 END
  UNION ALL
  SELECT 'limit', coalesce(u.subject, c.passholder_id)::text || ' ' || coalesce(u.rule, 'checkin:' || c.activity_id)
    FROM (SELECT * FROM usage_counter WHERE rule LIKE 'checkin:%') u
    FULL JOIN (SELECT passholder_id, activity_id, period, count(*) AS n FROM checkin WHERE cancelled_at IS NULL GROUP BY 1, 2, 3) c
      ON c.passholder_id = u.subject AND 'checkin:' || c.activity_id = u.rule AND c.period = u.period
   WHERE coalesce(u.used, 0) <> coalesce(c.n, 0);
