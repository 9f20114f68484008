-- What the migrations add up to. Written by: go test ./backend/db -run Schema -update

CREATE EXTENSION btree_gist;

CREATE EXTENSION pg_trgm;

CREATE EXTENSION unaccent;

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

CREATE OR REPLACE FUNCTION public.name_key(s text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT regexp_replace(lower(public.unaccent('public.unaccent', s)), '[^a-z0-9]+', '', 'g')
$function$
;

CREATE OR REPLACE FUNCTION public.name_parts(s text)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT public.name_stem(s)
  UNION SELECT w FROM regexp_split_to_table(public.plain_text(s), ' ') w WHERE length(w) > 2 AND w NOT IN ('van', 'von', 'den', 'der', 'het', 'ter', 'ten')
$function$
;

CREATE OR REPLACE FUNCTION public.name_stem(s text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT regexp_replace(public.name_key(s), '^(van|von|den|der|de|du|het|ter|ten|le|la|el|ben)+(?=.{3})', '')
$function$
;

CREATE OR REPLACE FUNCTION public.plain_text(s text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT btrim(regexp_replace(lower(public.unaccent('public.unaccent', s)), '[^a-z0-9]+', ' ', 'g'))
$function$
;

CREATE OR REPLACE FUNCTION public.remember_names()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO name_word (kind, word, part)
    SELECT 'F', first_key, public.name_parts(first_name) FROM (SELECT DISTINCT first_key, first_name FROM fresh WHERE first_key <> '') f
    UNION SELECT 'L', last_key, public.name_parts(name) FROM (SELECT DISTINCT last_key, name FROM fresh WHERE last_key <> '') l
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;
  RETURN NULL;
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

CREATE TABLE association (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  name text NOT NULL,
  end_date_type text NOT NULL,
  suggested_end date,
  months integer,
  renewable_months integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT association_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT association_end CHECK (((end_date_type = 'CUSTOM'::text) OR (months IS NOT NULL))),
  CONSTRAINT association_end_date_type_check CHECK ((end_date_type = ANY (ARRAY['CUSTOM'::text, 'BASED_ON_DATE_OF_BIRTH'::text, 'BASED_ON_REGISTRATION_DATE'::text]))),
  CONSTRAINT association_months_check CHECK ((months > 0)),
  CONSTRAINT association_name_check CHECK ((name <> ''::text)),
  CONSTRAINT association_pkey PRIMARY KEY (id),
  CONSTRAINT association_renewable_months_check CHECK ((renewable_months >= 0))
);

CREATE INDEX association_system ON public.association USING btree (card_system_id, name);

CREATE TABLE association_membership (
  association_id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  since date NOT NULL,
  ends_on date NOT NULL,
  stopped_at timestamp with time zone,
  CONSTRAINT association_membership_association_id_fkey FOREIGN KEY (association_id) REFERENCES association(id),
  CONSTRAINT association_membership_passholder_id_fkey FOREIGN KEY (passholder_id) REFERENCES passholder(id),
  CONSTRAINT association_membership_pkey PRIMARY KEY (association_id, passholder_id)
);

CREATE INDEX association_membership_person ON public.association_membership USING btree (passholder_id);

CREATE TABLE association_organizer (
  association_id uuid NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  may_write boolean NOT NULL DEFAULT false,
  CONSTRAINT association_organizer_association_id_fkey FOREIGN KEY (association_id) REFERENCES association(id),
  CONSTRAINT association_organizer_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES organizer(id),
  CONSTRAINT association_organizer_pkey PRIMARY KEY (association_id, organizer_id)
);

CREATE INDEX association_organizer_organizer ON public.association_organizer USING btree (organizer_id);

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

CREATE TABLE audit_seal (
  number bigint NOT NULL,
  from_id uuid NOT NULL,
  until_id uuid NOT NULL,
  row_count integer NOT NULL,
  rows_hash bytea NOT NULL,
  previous bytea NOT NULL,
  sealed_at timestamp with time zone NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_seal_check CHECK ((from_id < until_id)),
  CONSTRAINT audit_seal_from_id_key UNIQUE (from_id),
  CONSTRAINT audit_seal_hash_check CHECK ((octet_length(hash) = 32)),
  CONSTRAINT audit_seal_number_check CHECK ((number > 0)),
  CONSTRAINT audit_seal_pkey PRIMARY KEY (number),
  CONSTRAINT audit_seal_previous_check CHECK ((octet_length(previous) = 32)),
  CONSTRAINT audit_seal_row_count_check CHECK ((row_count >= 0)),
  CONSTRAINT audit_seal_rows_hash_check CHECK ((octet_length(rows_hash) = 32)),
  CONSTRAINT audit_seal_until_id_key UNIQUE (until_id)
);

CREATE TRIGGER audit_seal_immutable BEFORE DELETE OR UPDATE ON public.audit_seal FOR EACH ROW EXECUTE FUNCTION immutable_row();

CREATE TABLE bulk (
  id uuid NOT NULL,
  kind text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  actor jsonb NOT NULL,
  purpose text NOT NULL DEFAULT ''::text,
  parameters jsonb NOT NULL DEFAULT '{}'::jsonb,
  dry_run boolean NOT NULL,
  state text NOT NULL,
  total integer NOT NULL DEFAULT 0,
  done integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  CONSTRAINT bulk_pkey PRIMARY KEY (id),
  CONSTRAINT bulk_progress CHECK ((((done >= 0) AND (done <= total)) AND ((failed >= 0) AND (failed <= done)))),
  CONSTRAINT bulk_state_check CHECK ((state = ANY (ARRAY['READY'::text, 'RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'CANCELLED'::text])))
);

CREATE INDEX bulk_organizer ON public.bulk USING btree (organizer_id, created_at);

CREATE TABLE bulk_row (
  bulk_id uuid NOT NULL,
  number integer NOT NULL,
  subject_id uuid,
  input bytea,
  state text NOT NULL,
  code text NOT NULL DEFAULT ''::text,
  args jsonb,
  CONSTRAINT bulk_row_bulk_id_fkey FOREIGN KEY (bulk_id) REFERENCES bulk(id) ON DELETE CASCADE,
  CONSTRAINT bulk_row_pkey PRIMARY KEY (bulk_id, number),
  CONSTRAINT bulk_row_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'DONE'::text, 'FAILED'::text, 'SKIPPED'::text])))
);

CREATE INDEX bulk_row_person ON public.bulk_row USING btree (bulk_id, subject_id) WHERE (state = 'WAITING'::text);

CREATE INDEX bulk_row_waiting ON public.bulk_row USING btree (bulk_id, number) WHERE (state = 'WAITING'::text);

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
  pack text COLLATE "C" NOT NULL DEFAULT ''::text,
  shipment_id uuid,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
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
  CONSTRAINT card_shipment_id_fkey FOREIGN KEY (shipment_id) REFERENCES shipment(id),
  CONSTRAINT card_status_check CHECK ((status = ANY (ARRAY['PROVISIONED'::text, 'STOCK'::text, 'SENT'::text, 'LOCAL_STOCK'::text, 'ACTIVE'::text, 'BLOCKED'::text, 'DELETED'::text]))),
  CONSTRAINT card_stock_has_none CHECK (((status <> ALL (ARRAY['PROVISIONED'::text, 'STOCK'::text, 'SENT'::text, 'LOCAL_STOCK'::text])) OR (num_nonnulls(passholder_id, group_pass_id) = 0))),
  CONSTRAINT card_uitpas_number_check CHECK ((uitpas_number ~ '^[0-9]{11}[01][0-9]$'::text)),
  CONSTRAINT card_uitpas_number_key UNIQUE (uitpas_number)
) WITH (fillfactor=90);

CREATE INDEX card_group_pass ON public.card USING btree (group_pass_id) WHERE (group_pass_id IS NOT NULL);

CREATE UNIQUE INDEX card_one_active ON public.card USING btree (passholder_id, card_system_id) WHERE (status = 'ACTIVE'::text);

CREATE INDEX card_passholder ON public.card USING btree (passholder_id) WHERE (passholder_id IS NOT NULL);

CREATE INDEX card_shipment ON public.card USING btree (shipment_id) WHERE (shipment_id IS NOT NULL);

CREATE INDEX card_stock ON public.card USING btree (card_system_id, counter_id, status) WHERE (status = ANY (ARRAY['STOCK'::text, 'SENT'::text, 'LOCAL_STOCK'::text]));

CREATE TABLE card_event (
  id uuid NOT NULL,
  card_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  from_status text NOT NULL,
  to_status text NOT NULL,
  reason text NOT NULL DEFAULT ''::text,
  actor text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL DEFAULT ''::text,
  CONSTRAINT card_event_pkey PRIMARY KEY (id),
  CONSTRAINT card_event_reason_check CHECK ((reason = ANY (ARRAY[''::text, 'LOST'::text, 'STOLEN'::text, 'DEFECT'::text, 'REPLACED'::text, 'MOVED'::text, 'DECEASED'::text, 'MISUSE'::text, 'FOUND'::text, 'MISTAKE'::text, 'VOIDED'::text, 'IMPORTED'::text])))
);

CREATE INDEX card_event_card ON public.card_event USING btree (card_id, id);

CREATE TRIGGER card_event_immutable BEFORE DELETE OR UPDATE ON public.card_event FOR EACH ROW EXECUTE FUNCTION immutable_row();

CREATE TABLE card_number_range (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  prefix text COLLATE "C" NOT NULL,
  first_serial bigint NOT NULL,
  next_serial bigint NOT NULL,
  last_serial bigint NOT NULL,
  CONSTRAINT card_number_range_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT card_number_range_first_serial_check CHECK ((first_serial >= 0)),
  CONSTRAINT card_number_range_pkey PRIMARY KEY (id),
  CONSTRAINT card_number_range_prefix_check CHECK ((prefix ~ '^[0-9]{1,10}$'::text)),
  CONSTRAINT range_fits CHECK ((last_serial < (power((10)::double precision, ((11 - length(prefix)))::double precision))::bigint)),
  CONSTRAINT range_not_used_up CHECK (((next_serial >= first_serial) AND (next_serial <= (last_serial + 1)))),
  CONSTRAINT range_shares_nothing EXCLUDE USING gist (int8range(((rpad(prefix, 11, '0'::text))::bigint + first_serial), ((rpad(prefix, 11, '0'::text))::bigint + last_serial), '[]'::text) WITH &&)
);

CREATE INDEX card_number_range_system ON public.card_number_range USING btree (card_system_id);

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
  secondary_color text NOT NULL DEFAULT ''::text,
  logo_url text NOT NULL DEFAULT ''::text,
  socialtariff_info text NOT NULL DEFAULT ''::text,
  socialtariff_default_end text NOT NULL DEFAULT '04-30'::text,
  socialtariff_maximum_end text NOT NULL DEFAULT '12-31'::text,
  insz_required boolean NOT NULL DEFAULT true,
  adult_age smallint NOT NULL DEFAULT 18,
  optin_age smallint NOT NULL DEFAULT 16,
  cardless_registration text NOT NULL DEFAULT 'ALL'::text,
  family_max_members smallint NOT NULL DEFAULT 10,
  family_max_adults smallint NOT NULL DEFAULT 2,
  low_stock integer NOT NULL DEFAULT 10,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT card_system_adult_age_check CHECK (((adult_age >= 0) AND (adult_age <= 30))),
  CONSTRAINT card_system_cardless_registration_check CHECK ((cardless_registration = ANY (ARRAY['ALL'::text, 'REGULAR'::text, 'SOCIALTARIFF'::text, 'NONE'::text]))),
  CONSTRAINT card_system_checkin_margin_minutes_check CHECK ((checkin_margin_minutes >= 0)),
  CONSTRAINT card_system_family_max_adults_check CHECK ((family_max_adults > 0)),
  CONSTRAINT card_system_family_max_members_check CHECK ((family_max_members > 0)),
  CONSTRAINT card_system_id_check CHECK ((id > 0)),
  CONSTRAINT card_system_low_stock_check CHECK ((low_stock >= 0)),
  CONSTRAINT card_system_name_check CHECK ((name <> ''::text)),
  CONSTRAINT card_system_optin_age_check CHECK (((optin_age >= 0) AND (optin_age <= 30))),
  CONSTRAINT card_system_pkey PRIMARY KEY (id),
  CONSTRAINT card_system_primary_color_check CHECK ((primary_color ~ '^#[0-9a-f]{6}$'::text)),
  CONSTRAINT card_system_secondary_color_check CHECK ((secondary_color ~ '^(#[0-9a-f]{6})?$'::text)),
  CONSTRAINT card_system_socialtariff_default_end_check CHECK ((socialtariff_default_end ~ '^[01][0-9]-[0-3][0-9]$'::text)),
  CONSTRAINT card_system_socialtariff_grace_days_check CHECK ((socialtariff_grace_days >= 0)),
  CONSTRAINT card_system_socialtariff_maximum_end_check CHECK ((socialtariff_maximum_end ~ '^[01][0-9]-[0-3][0-9]$'::text))
);

CREATE TABLE card_system_city (
  card_system_id integer NOT NULL,
  postal_code text NOT NULL,
  name text NOT NULL,
  contact_email text NOT NULL DEFAULT ''::text,
  allows_cardless_registration boolean NOT NULL DEFAULT true,
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

CREATE TABLE consent (
  id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  kind text NOT NULL,
  given boolean NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL DEFAULT ''::text,
  channel text NOT NULL,
  CONSTRAINT consent_channel_check CHECK ((channel = ANY (ARRAY['COUNTER'::text, 'API'::text, 'IMPORT'::text, 'SELF'::text]))),
  CONSTRAINT consent_kind_check CHECK ((kind = ANY (ARRAY['LEGAL_TERMS_PAPER'::text, 'LEGAL_TERMS_DIGITAL'::text, 'PARENTAL'::text, 'SERVICE_MAILS'::text, 'MILESTONE_MAILS'::text, 'INFO_MAILS'::text, 'SMS'::text, 'POST'::text]))),
  CONSTRAINT consent_pkey PRIMARY KEY (id)
);

CREATE INDEX consent_passholder ON public.consent USING btree (passholder_id, kind, id);

CREATE TABLE departure (
  id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  reason text NOT NULL,
  card_system_id integer,
  organizer_id text COLLATE "C" NOT NULL,
  actor text NOT NULL,
  ended jsonb NOT NULL,
  at timestamp with time zone NOT NULL,
  undone_at timestamp with time zone,
  undone_by text NOT NULL DEFAULT ''::text,
  CONSTRAINT departure_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT departure_from_somewhere CHECK (((reason = 'MOVED'::text) = (card_system_id IS NOT NULL))),
  CONSTRAINT departure_pkey PRIMARY KEY (id),
  CONSTRAINT departure_reason_check CHECK ((reason = ANY (ARRAY['MOVED'::text, 'DECEASED'::text])))
);

CREATE INDEX departure_passholder ON public.departure USING btree (passholder_id, id);

CREATE TABLE deployment (
  only_row boolean NOT NULL DEFAULT true,
  kind text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT deployment_kind_check CHECK ((kind = ANY (ARRAY['production'::text, 'sandbox'::text]))),
  CONSTRAINT deployment_only_row_check CHECK (only_row),
  CONSTRAINT deployment_pkey PRIMARY KEY (only_row)
);

CREATE TABLE eid_read (
  id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  verdict jsonb NOT NULL,
  files_sha256 bytea NOT NULL,
  insz_cipher bytea,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT eid_read_check CHECK ((expires_at > at)),
  CONSTRAINT eid_read_files_sha256_check CHECK ((octet_length(files_sha256) = 32)),
  CONSTRAINT eid_read_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES organizer(id),
  CONSTRAINT eid_read_pkey PRIMARY KEY (id)
);

CREATE INDEX eid_read_expires ON public.eid_read USING btree (expires_at);

CREATE TABLE family_member (
  main_id uuid NOT NULL,
  member_id uuid NOT NULL,
  icon text NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL,
  undo_hash bytea,
  CONSTRAINT family_member_main_id_fkey FOREIGN KEY (main_id) REFERENCES passholder(id),
  CONSTRAINT family_member_member_id_fkey FOREIGN KEY (member_id) REFERENCES passholder(id),
  CONSTRAINT family_member_pkey PRIMARY KEY (main_id, member_id),
  CONSTRAINT family_member_undo_hash_check CHECK ((octet_length(undo_hash) = 32)),
  CONSTRAINT family_not_oneself CHECK ((main_id <> member_id))
);

CREATE INDEX family_member_member ON public.family_member USING btree (member_id);

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
  phone_number text NOT NULL DEFAULT ''::text,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT group_pass_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT group_pass_pkey PRIMARY KEY (id),
  CONSTRAINT group_pass_tickets_per_year_check CHECK ((tickets_per_year > 0))
);

CREATE INDEX group_pass_system ON public.group_pass USING btree (card_system_id, name);

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
  status_reason text NOT NULL DEFAULT ''::text,
  status_at timestamp with time zone,
  CONSTRAINT membership_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT membership_passholder_id_fkey FOREIGN KEY (passholder_id) REFERENCES passholder(id),
  CONSTRAINT membership_pkey PRIMARY KEY (passholder_id, card_system_id),
  CONSTRAINT membership_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'BLOCKED'::text, 'ENDED'::text]))),
  CONSTRAINT membership_status_reason_check CHECK ((status_reason = ANY (ARRAY[''::text, 'MOVED'::text, 'DECEASED'::text, 'MISUSE'::text, 'REQUEST'::text, 'VOIDED'::text, 'MERGED'::text])))
);

CREATE INDEX membership_system ON public.membership USING btree (card_system_id, passholder_id);

CREATE TABLE name_word (
  kind "char" NOT NULL,
  word text COLLATE "C" NOT NULL,
  part text COLLATE "C" NOT NULL,
  CONSTRAINT name_word_kind_check CHECK ((kind = ANY (ARRAY['F'::"char", 'L'::"char"]))),
  CONSTRAINT name_word_pkey PRIMARY KEY (kind, word, part),
  CONSTRAINT name_word_word_check CHECK ((word <> ''::text))
);

CREATE INDEX name_word_first ON public.name_word USING gin (part gin_trgm_ops, word gin_trgm_ops) WHERE (kind = 'F'::"char");

CREATE INDEX name_word_last ON public.name_word USING gin (part gin_trgm_ops, word gin_trgm_ops) WHERE (kind = 'L'::"char");

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
  place_of_birth text NOT NULL DEFAULT ''::text,
  no_email boolean NOT NULL DEFAULT false,
  language text NOT NULL DEFAULT 'nl'::text,
  school_id text COLLATE "C",
  remarks text NOT NULL DEFAULT ''::text,
  verified_at timestamp with time zone,
  verified_by text NOT NULL DEFAULT ''::text,
  deceased_on date,
  merged_into uuid,
  erased_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  first_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (name_key(first_name)) STORED,
  last_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (name_key(name)) STORED,
  CONSTRAINT insz_whole CHECK (((insz_cipher IS NULL) = (insz_hash IS NULL))),
  CONSTRAINT passholder_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  CONSTRAINT passholder_gender_check CHECK ((gender = ANY (ARRAY['MALE'::text, 'FEMALE'::text, 'X'::text]))),
  CONSTRAINT passholder_insz_hash_check CHECK ((octet_length(insz_hash) = 32)),
  CONSTRAINT passholder_language_check CHECK ((language = ANY (ARRAY['nl'::text, 'fr'::text, 'de'::text, 'en'::text]))),
  CONSTRAINT passholder_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES passholder(id),
  CONSTRAINT passholder_not_its_own_double CHECK ((merged_into <> id)),
  CONSTRAINT passholder_pkey PRIMARY KEY (id),
  CONSTRAINT passholder_registration_organizer_id_fkey FOREIGN KEY (registration_organizer_id) REFERENCES organizer(id),
  CONSTRAINT passholder_school_id_fkey FOREIGN KEY (school_id) REFERENCES organizer(id)
) WITH (fillfactor=90);

CREATE INDEX passholder_born ON public.passholder USING btree (date_of_birth);

CREATE INDEX passholder_email ON public.passholder USING btree (lower(email)) WHERE (email <> ''::text);

CREATE INDEX passholder_first_key ON public.passholder USING btree (first_key, last_key, id);

CREATE UNIQUE INDEX passholder_insz ON public.passholder USING btree (insz_hash) WHERE (insz_hash IS NOT NULL);

CREATE INDEX passholder_last_key ON public.passholder USING btree (last_key, first_key, id);

CREATE INDEX passholder_name ON public.passholder USING btree (name, first_name, id);

CREATE INDEX passholder_phone ON public.passholder USING btree (phone_number) WHERE (phone_number <> ''::text);

CREATE INDEX passholder_school ON public.passholder USING btree (school_id) WHERE (school_id IS NOT NULL);

CREATE INDEX passholder_street ON public.passholder USING gin (plain_text(((((street || ' '::text) || postal_code) || ' '::text) || city)) gin_trgm_ops);

CREATE TRIGGER passholder_names_added AFTER INSERT ON public.passholder REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION remember_names();

CREATE TRIGGER passholder_names_changed AFTER UPDATE ON public.passholder REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION remember_names();

CREATE TABLE passholder_merge (
  id uuid NOT NULL,
  kept_id uuid NOT NULL,
  merged_id uuid NOT NULL,
  moved jsonb NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  undone_at timestamp with time zone,
  undone_by text NOT NULL DEFAULT ''::text,
  CONSTRAINT passholder_merge_kept_id_fkey FOREIGN KEY (kept_id) REFERENCES passholder(id),
  CONSTRAINT passholder_merge_merged_id_fkey FOREIGN KEY (merged_id) REFERENCES passholder(id),
  CONSTRAINT passholder_merge_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX passholder_merge_open ON public.passholder_merge USING btree (merged_id) WHERE (undone_at IS NULL);

CREATE TABLE passholder_note (
  passholder_id uuid NOT NULL,
  note text NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT passholder_note_passholder_id_fkey FOREIGN KEY (passholder_id) REFERENCES passholder(id),
  CONSTRAINT passholder_note_pkey PRIMARY KEY (passholder_id)
);

CREATE TABLE passholder_picture (
  passholder_id uuid NOT NULL,
  media_type text NOT NULL,
  content bytea NOT NULL,
  source text NOT NULL,
  taken_at timestamp with time zone NOT NULL,
  CONSTRAINT passholder_picture_content_check CHECK (((octet_length(content) >= 1) AND (octet_length(content) <= 2097152))),
  CONSTRAINT passholder_picture_media_type_check CHECK ((media_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text]))),
  CONSTRAINT passholder_picture_passholder_id_fkey FOREIGN KEY (passholder_id) REFERENCES passholder(id),
  CONSTRAINT passholder_picture_pkey PRIMARY KEY (passholder_id),
  CONSTRAINT passholder_picture_source_check CHECK ((source = ANY (ARRAY['EID'::text, 'FILE'::text, 'WEBCAM'::text, 'API'::text])))
);

CREATE TABLE price_list (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  valid daterange NOT NULL,
  name text NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT price_list_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT price_list_no_overlap EXCLUDE USING gist (card_system_id WITH =, valid WITH &&),
  CONSTRAINT price_list_pkey PRIMARY KEY (id),
  CONSTRAINT price_list_valid_check CHECK ((NOT isempty(valid)))
);

CREATE TABLE price_row (
  id uuid NOT NULL,
  price_list_id uuid NOT NULL,
  "position" integer NOT NULL,
  reason text,
  age_from smallint,
  age_until smallint,
  social_tariff boolean,
  card_type text,
  resident boolean,
  voucher_type_id uuid,
  cents bigint NOT NULL,
  label jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT price_row_age_from_check CHECK ((age_from >= 0)),
  CONSTRAINT price_row_age_until_check CHECK ((age_until >= 0)),
  CONSTRAINT price_row_ages CHECK ((age_from <= age_until)),
  CONSTRAINT price_row_card_type_check CHECK ((card_type = ANY (ARRAY['NFC_CARD'::text, 'DIGITAL'::text]))),
  CONSTRAINT price_row_cents_check CHECK ((cents >= 0)),
  CONSTRAINT price_row_pkey PRIMARY KEY (id),
  CONSTRAINT price_row_price_list_id_fkey FOREIGN KEY (price_list_id) REFERENCES price_list(id) ON DELETE CASCADE,
  CONSTRAINT price_row_price_list_id_position_key UNIQUE (price_list_id, "position"),
  CONSTRAINT price_row_reason_check CHECK ((reason = ANY (ARRAY['FIRST_CARD'::text, 'CARD_UPGRADE'::text, 'EXTRA_CARD'::text, 'LOSS_THEFT'::text, 'DEFECT'::text, 'LOSS_KANSENSTATUUT'::text, 'OBTAIN_KANSENSTATUUT'::text]))),
  CONSTRAINT price_row_voucher_type_id_fkey FOREIGN KEY (voucher_type_id) REFERENCES voucher_type(id)
);

CREATE TABLE privacy_request (
  id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  kind text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL,
  actor text NOT NULL,
  state text NOT NULL,
  reason text NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL,
  done_at timestamp with time zone,
  CONSTRAINT privacy_request_kind_check CHECK ((kind = ANY (ARRAY['EXPORT'::text, 'ERASURE'::text]))),
  CONSTRAINT privacy_request_pkey PRIMARY KEY (id),
  CONSTRAINT privacy_request_state_check CHECK ((state = ANY (ARRAY['OPEN'::text, 'DONE'::text, 'REFUSED'::text])))
);

CREATE INDEX privacy_request_open ON public.privacy_request USING btree (state, created_at);

CREATE TABLE receipt_counter (
  organizer_id text COLLATE "C" NOT NULL,
  last bigint NOT NULL DEFAULT 0,
  CONSTRAINT receipt_counter_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES organizer(id),
  CONSTRAINT receipt_counter_pkey PRIMARY KEY (organizer_id)
);

CREATE TABLE registration (
  id uuid NOT NULL,
  reason text NOT NULL,
  passholder_id uuid NOT NULL,
  card_system_id integer NOT NULL,
  card_id uuid,
  replaces_id uuid,
  organizer_id text COLLATE "C" NOT NULL,
  household_id uuid,
  price_cents bigint NOT NULL,
  price_row_id uuid,
  explanation jsonb NOT NULL DEFAULT '{}'::jsonb,
  voucher_number text COLLATE "C" NOT NULL DEFAULT ''::text,
  payment text NOT NULL,
  receipt bigint NOT NULL,
  eid_read_id uuid,
  before jsonb NOT NULL DEFAULT '{}'::jsonb,
  actor text NOT NULL,
  channel text NOT NULL,
  at timestamp with time zone NOT NULL,
  day date NOT NULL,
  voided_at timestamp with time zone,
  voided_by text NOT NULL DEFAULT ''::text,
  CONSTRAINT registration_channel_check CHECK ((channel = ANY (ARRAY['COUNTER'::text, 'API'::text, 'IMPORT'::text]))),
  CONSTRAINT registration_organizer_id_receipt_key UNIQUE (organizer_id, receipt),
  CONSTRAINT registration_paid CHECK (((price_cents = 0) OR (payment <> 'NONE'::text) OR (channel <> 'COUNTER'::text))),
  CONSTRAINT registration_payment_check CHECK ((payment = ANY (ARRAY['CASH'::text, 'CARD'::text, 'TRANSFER'::text, 'NONE'::text]))),
  CONSTRAINT registration_pkey PRIMARY KEY (id),
  CONSTRAINT registration_price_cents_check CHECK ((price_cents >= 0)),
  CONSTRAINT registration_reason_check CHECK ((reason = ANY (ARRAY['FIRST_CARD'::text, 'CARD_UPGRADE'::text, 'EXTRA_CARD'::text, 'LOSS_THEFT'::text, 'DEFECT'::text, 'LOSS_KANSENSTATUUT'::text, 'OBTAIN_KANSENSTATUUT'::text])))
);

CREATE INDEX registration_day ON public.registration USING btree (organizer_id, day);

CREATE INDEX registration_passholder ON public.registration USING btree (passholder_id, id);

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

CREATE TABLE shipment (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  counter_id text COLLATE "C" NOT NULL,
  from_id text COLLATE "C",
  cards integer NOT NULL,
  note text NOT NULL DEFAULT ''::text,
  sent_at timestamp with time zone NOT NULL,
  sent_by text NOT NULL,
  received_at timestamp with time zone,
  received_by text NOT NULL DEFAULT ''::text,
  recalled_at timestamp with time zone,
  CONSTRAINT shipment_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT shipment_cards_check CHECK ((cards > 0)),
  CONSTRAINT shipment_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES organizer(id),
  CONSTRAINT shipment_ends_once CHECK (((received_at IS NULL) OR (recalled_at IS NULL))),
  CONSTRAINT shipment_from_id_fkey FOREIGN KEY (from_id) REFERENCES organizer(id),
  CONSTRAINT shipment_pkey PRIMARY KEY (id),
  CONSTRAINT shipment_received_whole CHECK (((received_at IS NULL) = (received_by = ''::text)))
);

CREATE INDEX shipment_counter ON public.shipment USING btree (counter_id, sent_at);

CREATE INDEX shipment_system ON public.shipment USING btree (card_system_id, sent_at);

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

CREATE INDEX social_tariff_ends ON public.social_tariff USING btree (card_system_id, upper(valid));

CREATE TABLE social_tariff_event (
  id uuid NOT NULL,
  social_tariff_id uuid NOT NULL,
  passholder_id uuid NOT NULL,
  card_system_id integer NOT NULL,
  kind text NOT NULL,
  valid daterange NOT NULL,
  suspended_until date,
  was_valid daterange,
  was_suspended_until date,
  was_ground text NOT NULL DEFAULT ''::text,
  ground text NOT NULL DEFAULT ''::text,
  note text NOT NULL DEFAULT ''::text,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL DEFAULT ''::text,
  CONSTRAINT social_tariff_event_kind_check CHECK ((kind = ANY (ARRAY['GRANTED'::text, 'RENEWED'::text, 'SUSPENDED'::text, 'RESUMED'::text, 'ENDED'::text, 'UNDONE'::text]))),
  CONSTRAINT social_tariff_event_pkey PRIMARY KEY (id)
);

CREATE INDEX social_tariff_event_person ON public.social_tariff_event USING btree (passholder_id, card_system_id, id);

CREATE TABLE stock_count (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  counter_id text COLLATE "C" NOT NULL,
  socialtariff boolean NOT NULL,
  expected integer NOT NULL,
  counted integer NOT NULL,
  note text NOT NULL DEFAULT ''::text,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  CONSTRAINT stock_count_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT stock_count_counted_check CHECK ((counted >= 0)),
  CONSTRAINT stock_count_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES organizer(id),
  CONSTRAINT stock_count_expected_check CHECK ((expected >= 0)),
  CONSTRAINT stock_count_pkey PRIMARY KEY (id)
);

CREATE INDEX stock_count_counter ON public.stock_count USING btree (counter_id, card_system_id, id);

CREATE TRIGGER stock_count_immutable BEFORE DELETE OR UPDATE ON public.stock_count FOR EACH ROW EXECUTE FUNCTION immutable_row();

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

CREATE TABLE voucher (
  number text COLLATE "C" NOT NULL,
  voucher_type_id uuid NOT NULL,
  max_uses integer NOT NULL,
  used integer NOT NULL DEFAULT 0,
  held integer NOT NULL DEFAULT 0,
  withdrawn_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT voucher_held_check CHECK ((held >= 0)),
  CONSTRAINT voucher_max_uses_check CHECK ((max_uses > 0)),
  CONSTRAINT voucher_not_spent_twice CHECK (((used + held) <= max_uses)),
  CONSTRAINT voucher_number_check CHECK ((number ~ '^[0-9A-Z]{4,32}$'::text)),
  CONSTRAINT voucher_pkey PRIMARY KEY (number),
  CONSTRAINT voucher_used_check CHECK ((used >= 0)),
  CONSTRAINT voucher_voucher_type_id_fkey FOREIGN KEY (voucher_type_id) REFERENCES voucher_type(id)
);

CREATE INDEX voucher_of_type ON public.voucher USING btree (voucher_type_id, number);

CREATE TABLE voucher_hold (
  id uuid NOT NULL,
  voucher_number text COLLATE "C" NOT NULL,
  actor text NOT NULL,
  organizer_id text COLLATE "C" NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT voucher_hold_pkey PRIMARY KEY (id),
  CONSTRAINT voucher_hold_voucher_number_fkey FOREIGN KEY (voucher_number) REFERENCES voucher(number)
);

CREATE INDEX voucher_hold_expiry ON public.voucher_hold USING btree (expires_at);

CREATE INDEX voucher_hold_voucher ON public.voucher_hold USING btree (voucher_number);

CREATE TABLE voucher_type (
  id uuid NOT NULL,
  card_system_id integer NOT NULL,
  name text NOT NULL,
  prefix text COLLATE "C" NOT NULL,
  valid daterange NOT NULL,
  max_uses integer NOT NULL DEFAULT 1,
  closed_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT voucher_type_card_system_id_fkey FOREIGN KEY (card_system_id) REFERENCES card_system(id),
  CONSTRAINT voucher_type_card_system_id_prefix_key UNIQUE (card_system_id, prefix),
  CONSTRAINT voucher_type_max_uses_check CHECK ((max_uses > 0)),
  CONSTRAINT voucher_type_name_check CHECK ((name <> ''::text)),
  CONSTRAINT voucher_type_pkey PRIMARY KEY (id),
  CONSTRAINT voucher_type_prefix_check CHECK ((prefix ~ '^[0-9A-Z]{1,8}$'::text)),
  CONSTRAINT voucher_type_valid_check CHECK ((NOT isempty(valid)))
);

CREATE VIEW ledger_fault (what text, ref text);
