-- What the migrations add up to. Written by: go test ./backend/db -run Schema -update

CREATE EXTENSION btree_gist;

CREATE OR REPLACE FUNCTION public.ensure_month(parent text, month date)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
END $function$
;

CREATE OR REPLACE FUNCTION public.immutable_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $function$
;

CREATE OR REPLACE FUNCTION public.uuid_floor(t timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT (lpad(to_hex(floor(extract(epoch FROM t) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$function$
;

CREATE TABLE account (
  id uuid NOT NULL,
  owner_kind text NOT NULL,
  unit text NOT NULL,
  derived boolean NOT NULL DEFAULT false,
  posted_in bigint NOT NULL DEFAULT 0,
  posted_out bigint NOT NULL DEFAULT 0,
  pending_out bigint NOT NULL DEFAULT 0,
  overdraft bigint NOT NULL DEFAULT 0,
  CONSTRAINT account_derived_empty CHECK (((NOT derived) OR ((posted_in = 0) AND (posted_out = 0) AND (pending_out = 0)))),
  CONSTRAINT account_no_overdraft CHECK (((((posted_in - posted_out) - pending_out) + overdraft) >= 0)),
  CONSTRAINT account_not_negative CHECK ((LEAST(posted_in, posted_out, pending_out, overdraft) >= 0)),
  CONSTRAINT account_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['PASSHOLDER'::text, 'ORGANIZER'::text, 'SYSTEM'::text]))),
  CONSTRAINT account_pkey PRIMARY KEY (id),
  CONSTRAINT account_unit_check CHECK ((unit = ANY (ARRAY['POINT'::text, 'EUR'::text])))
) WITH (fillfactor=80);

CREATE TABLE activity (
  id text COLLATE "C" NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  title text NOT NULL,
  location text NOT NULL DEFAULT ''::text,
  description text NOT NULL DEFAULT ''::text,
  calendar_type text NOT NULL,
  calendar jsonb NOT NULL DEFAULT '{}'::jsonb,
  first_at timestamp with time zone,
  last_at timestamp with time zone,
  time_zone text NOT NULL DEFAULT 'Europe/Brussels'::text,
  checkin_margin_minutes integer NOT NULL DEFAULT 300,
  checkin_points integer NOT NULL DEFAULT 1,
  checkin_limit_volume integer NOT NULL DEFAULT 1,
  checkin_limit_period text NOT NULL,
  CONSTRAINT activity_calendar_type_check CHECK ((calendar_type = ANY (ARRAY['SINGLE'::text, 'MULTIPLE'::text, 'PERIODIC'::text, 'PERMANENT'::text]))),
  CONSTRAINT activity_checkin_limit_period_check CHECK ((checkin_limit_period = ANY (ARRAY['ABSOLUTE'::text, 'DAY'::text, 'WEEK'::text, 'MONTH'::text, 'QUARTER'::text, 'YEAR'::text]))),
  CONSTRAINT activity_checkin_limit_volume_check CHECK ((checkin_limit_volume > 0)),
  CONSTRAINT activity_checkin_margin_minutes_check CHECK ((checkin_margin_minutes >= 0)),
  CONSTRAINT activity_checkin_points_check CHECK ((checkin_points >= 0)),
  CONSTRAINT activity_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64))),
  CONSTRAINT activity_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES organizer(id),
  CONSTRAINT activity_pkey PRIMARY KEY (id)
);

CREATE INDEX activity_organizer ON public.activity USING btree (organizer_id, last_at);

CREATE TABLE activity_card_system (
  activity_id text COLLATE "C" NOT NULL,
  card_system_id integer NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  CONSTRAINT activity_card_system_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES activity(id),
  CONSTRAINT activity_card_system_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT activity_card_system_pkey PRIMARY KEY (activity_id, card_system_id)
);

CREATE TABLE audit (
  id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  organizer_id text NOT NULL DEFAULT ''::text,
  action text NOT NULL,
  subject_kind text NOT NULL DEFAULT ''::text,
  subject_id text COLLATE "C" NOT NULL DEFAULT ''::text,
  detail jsonb,
  CONSTRAINT audit_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX audit_subject ON ONLY public.audit USING btree (subject_id, id) WHERE (subject_id <> ''::text);

CREATE TRIGGER audit_immutable BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION immutable_row();

CREATE TABLE card (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  uitpas_number text COLLATE "C" NOT NULL,
  chip bytea,
  card_type text NOT NULL,
  status text NOT NULL,
  passholder_id uuid,
  group_pass_id uuid,
  counter_id text COLLATE "C",
  replaces uuid,
  status_reason text NOT NULL DEFAULT ''::text,
  status_at timestamp with time zone NOT NULL,
  CONSTRAINT card_active_has_holder CHECK (((status <> 'ACTIVE'::text) OR (num_nonnulls(passholder_id, group_pass_id) = 1))),
  CONSTRAINT card_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT card_card_type_check CHECK ((card_type = ANY (ARRAY['NFC_CARD'::text, 'DIGITAL'::text]))),
  CONSTRAINT card_chip_check CHECK ((octet_length(chip) = ANY (ARRAY[4, 7, 10]))),
  CONSTRAINT card_chip_key UNIQUE (chip),
  CONSTRAINT card_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES organizer(id),
  CONSTRAINT card_group_pass_id_fkey FOREIGN KEY (group_pass_id) REFERENCES group_pass(id),
  CONSTRAINT card_one_holder CHECK ((num_nonnulls(passholder_id, group_pass_id) <= 1)),
  CONSTRAINT card_passholder_id_fkey FOREIGN KEY (passholder_id) REFERENCES passholder(id),
  CONSTRAINT card_pkey PRIMARY KEY (id),
  CONSTRAINT card_replaces_fkey FOREIGN KEY (replaces) REFERENCES card(id),
  CONSTRAINT card_status_check CHECK ((status = ANY (ARRAY['PROVISIONED'::text, 'STOCK'::text, 'SENT'::text, 'LOCAL_STOCK'::text, 'ACTIVE'::text, 'BLOCKED'::text, 'DELETED'::text]))),
  CONSTRAINT card_stock_has_none CHECK (((status <> ALL (ARRAY['PROVISIONED'::text, 'STOCK'::text, 'SENT'::text, 'LOCAL_STOCK'::text])) OR (num_nonnulls(passholder_id, group_pass_id) = 0))),
  CONSTRAINT card_uitpas_number_check CHECK ((uitpas_number ~ '^[0-9]{11}[01][0-9]$'::text)),
  CONSTRAINT card_uitpas_number_key UNIQUE (uitpas_number)
) WITH (fillfactor=90);

CREATE INDEX card_group_pass ON public.card USING btree (group_pass_id) WHERE (group_pass_id IS NOT NULL);

CREATE UNIQUE INDEX card_one_active ON public.card USING btree (passholder_id, card_system_id) WHERE (status = 'ACTIVE'::text);

CREATE INDEX card_passholder ON public.card USING btree (passholder_id) WHERE (passholder_id IS NOT NULL);

CREATE TABLE card_system (
  id integer NOT NULL,
  name text NOT NULL,
  primary_color text NOT NULL DEFAULT '#0b5d5e'::text,
  website text NOT NULL DEFAULT ''::text,
  contact_email text NOT NULL DEFAULT ''::text,
  time_zone text NOT NULL DEFAULT 'Europe/Brussels'::text,
  permanent boolean NOT NULL DEFAULT true,
  socialtariff_grace_days integer NOT NULL DEFAULT 30,
  checkin_margin_minutes integer NOT NULL DEFAULT 300,
  CONSTRAINT card_system_checkin_margin_minutes_check CHECK ((checkin_margin_minutes >= 0)),
  CONSTRAINT card_system_id_check CHECK ((id > 0)),
  CONSTRAINT card_system_name_check CHECK ((name <> ''::text)),
  CONSTRAINT card_system_pkey PRIMARY KEY (id),
  CONSTRAINT card_system_primary_color_check CHECK ((primary_color ~ '^#[0-9a-f]{6}$'::text)),
  CONSTRAINT card_system_socialtariff_grace_days_check CHECK ((socialtariff_grace_days >= 0))
);

CREATE TABLE card_system_city (
  card_system_id integer NOT NULL,
  postal_code text NOT NULL,
  name text NOT NULL,
  CONSTRAINT card_system_city_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT card_system_city_pkey PRIMARY KEY (card_system_id, postal_code, name),
  CONSTRAINT card_system_city_postal_code_check CHECK ((postal_code ~ '^[0-9]{4}$'::text))
);

CREATE TABLE checkin (
  id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  activity_id text COLLATE "C" NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  card_system_id integer NOT NULL,
  uitpas_number text COLLATE "C" NOT NULL,
  points integer NOT NULL,
  period daterange NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  channel text NOT NULL,
  cancelled_at timestamp with time zone,
  CONSTRAINT checkin_channel_check CHECK ((channel = ANY (ARRAY['COUNTER'::text, 'API'::text, 'KIOSK'::text, 'CODE'::text]))),
  CONSTRAINT checkin_pkey PRIMARY KEY (id),
  CONSTRAINT checkin_points_check CHECK ((points >= 0))
);

CREATE INDEX checkin_passholder ON public.checkin USING btree (passholder_id, id);

CREATE TABLE deployment (
  only_row boolean NOT NULL DEFAULT true,
  kind text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT deployment_kind_check CHECK ((kind = ANY (ARRAY['production'::text, 'sandbox'::text]))),
  CONSTRAINT deployment_only_row_check CHECK (only_row),
  CONSTRAINT deployment_pkey PRIMARY KEY (only_row)
);

CREATE TABLE group_pass (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  name text NOT NULL,
  email text NOT NULL DEFAULT ''::text,
  street text NOT NULL DEFAULT ''::text,
  postal_code text NOT NULL,
  city text NOT NULL,
  tickets_per_year integer,
  socialtariff_until date,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT group_pass_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT group_pass_pkey PRIMARY KEY (id),
  CONSTRAINT group_pass_tickets_per_year_check CHECK ((tickets_per_year > 0))
);

CREATE TABLE idempotency (
  actor text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint bytea NOT NULL,
  outcome jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
  CONSTRAINT idempotency_pkey PRIMARY KEY (actor, key)
);

CREATE TABLE login_flow (
  state_hash bytea NOT NULL,
  verifier text NOT NULL,
  nonce text NOT NULL,
  return_to text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT login_flow_pkey PRIMARY KEY (state_hash),
  CONSTRAINT login_flow_state_hash_check CHECK ((octet_length(state_hash) = 32))
);

CREATE TABLE login_session (
  id_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  id_token text NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  user_agent text NOT NULL DEFAULT ''::text,
  CONSTRAINT login_session_id_hash_check CHECK ((octet_length(id_hash) = 32)),
  CONSTRAINT login_session_pkey PRIMARY KEY (id_hash),
  CONSTRAINT login_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES login_user(id)
);

CREATE INDEX login_session_user ON public.login_session USING btree (user_id);

CREATE TABLE login_user (
  id uuid NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  email text NOT NULL DEFAULT ''::text,
  name text NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL,
  last_login_at timestamp with time zone NOT NULL,
  CONSTRAINT login_user_email_check CHECK ((email = lower(email))),
  CONSTRAINT login_user_issuer_subject_key UNIQUE (issuer, subject),
  CONSTRAINT login_user_pkey PRIMARY KEY (id)
);

CREATE TABLE membership (
  passholder_id uuid NOT NULL,
  card_system_id integer NOT NULL,
  status text NOT NULL,
  since timestamp with time zone NOT NULL,
  CONSTRAINT membership_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT membership_passholder_id_fkey FOREIGN KEY (passholder_id) REFERENCES passholder(id),
  CONSTRAINT membership_pkey PRIMARY KEY (passholder_id, card_system_id),
  CONSTRAINT membership_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'BLOCKED'::text])))
);

CREATE TABLE organizer (
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  city text NOT NULL DEFAULT ''::text,
  is_school boolean NOT NULL DEFAULT false,
  account_id uuid NOT NULL,
  CONSTRAINT organizer_account_id_key UNIQUE (account_id),
  CONSTRAINT organizer_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64))),
  CONSTRAINT organizer_name_check CHECK ((name <> ''::text)),
  CONSTRAINT organizer_pkey PRIMARY KEY (id)
);

CREATE TABLE organizer_card_system (
  organizer_id text COLLATE "C" NOT NULL,
  card_system_id integer NOT NULL,
  CONSTRAINT organizer_card_system_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT organizer_card_system_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES organizer(id),
  CONSTRAINT organizer_card_system_pkey PRIMARY KEY (organizer_id, card_system_id)
);

CREATE TABLE outbox (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  ordering_key uuid NOT NULL,
  type text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT outbox_pkey PRIMARY KEY (id)
);

CREATE TABLE passholder (
  id uuid NOT NULL,
  name text NOT NULL,
  first_name text NOT NULL,
  date_of_birth date NOT NULL,
  gender text,
  nationality text NOT NULL DEFAULT ''::text,
  street text NOT NULL DEFAULT ''::text,
  postal_code text NOT NULL,
  city text NOT NULL,
  country text NOT NULL DEFAULT 'be'::text,
  email text NOT NULL DEFAULT ''::text,
  phone_number text NOT NULL DEFAULT ''::text,
  insz_cipher bytea,
  insz_hash bytea,
  insz_hash_key text NOT NULL DEFAULT ''::text,
  registration_organizer_id text COLLATE "C",
  created_at timestamp with time zone NOT NULL,
  opt_in jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT insz_whole CHECK (((insz_cipher IS NULL) = (insz_hash IS NULL))),
  CONSTRAINT passholder_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  CONSTRAINT passholder_gender_check CHECK ((gender = ANY (ARRAY['MALE'::text, 'FEMALE'::text, 'X'::text]))),
  CONSTRAINT passholder_insz_hash_check CHECK ((octet_length(insz_hash) = 32)),
  CONSTRAINT passholder_pkey PRIMARY KEY (id),
  CONSTRAINT passholder_registration_organizer_id_fkey FOREIGN KEY (registration_organizer_id) REFERENCES organizer(id)
) WITH (fillfactor=90);

CREATE UNIQUE INDEX passholder_insz ON public.passholder USING btree (insz_hash) WHERE (insz_hash IS NOT NULL);

CREATE TABLE rights_grant (
  subject_kind text NOT NULL,
  subject text COLLATE "C" NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  role text NOT NULL,
  granted_by text NOT NULL,
  granted_at timestamp with time zone NOT NULL,
  CONSTRAINT rights_grant_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES organizer(id),
  CONSTRAINT rights_grant_pkey PRIMARY KEY (subject_kind, subject, organizer_id, role),
  CONSTRAINT rights_grant_subject_check CHECK ((subject <> ''::text)),
  CONSTRAINT rights_grant_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['PERSON'::text, 'CLIENT'::text])))
);

CREATE TABLE social_tariff (
  id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  card_system_id integer NOT NULL,
  valid daterange NOT NULL,
  suspended_until date,
  ground text NOT NULL DEFAULT ''::text,
  CONSTRAINT social_tariff_no_overlap EXCLUDE USING gist (passholder_id WITH =, card_system_id WITH =, valid WITH &&),
  CONSTRAINT social_tariff_passholder_id_card_system_id_fkey FOREIGN KEY (passholder_id, card_system_id) REFERENCES membership(passholder_id, card_system_id),
  CONSTRAINT social_tariff_pkey PRIMARY KEY (id),
  CONSTRAINT social_tariff_valid_check CHECK ((NOT isempty(valid)))
);

CREATE TABLE transfer (
  id uuid NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone NOT NULL DEFAULT now(),
  card_system_id integer NOT NULL,
  debit_id uuid NOT NULL,
  credit_id uuid NOT NULL,
  amount bigint NOT NULL,
  unit text NOT NULL,
  code smallint NOT NULL,
  group_id uuid NOT NULL,
  reverses uuid,
  CONSTRAINT transfer_amount_check CHECK ((amount > 0)),
  CONSTRAINT transfer_check CHECK ((debit_id <> credit_id)),
  CONSTRAINT transfer_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX transfer_credit ON ONLY public.transfer USING btree (credit_id, id);

CREATE INDEX transfer_debit ON ONLY public.transfer USING btree (debit_id, id) WHERE (code <> 1);

CREATE TRIGGER transfer_immutable BEFORE DELETE OR UPDATE ON public.transfer FOR EACH ROW EXECUTE FUNCTION immutable_row();

CREATE TABLE usage_counter (
  subject uuid NOT NULL,
  rule text COLLATE "C" NOT NULL,
  period daterange NOT NULL,
  used integer NOT NULL,
  max integer NOT NULL,
  CONSTRAINT usage_counter_pkey PRIMARY KEY (subject, rule, period),
  CONSTRAINT usage_within_limit CHECK (((used >= 0) AND (used <= max)))
) WITH (fillfactor=80);

CREATE VIEW ledger_fault (what text, ref text);
