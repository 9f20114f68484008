-- The yardstick's own plain tables: what a check-in touches, and no more.
CREATE SCHEMA yard;
CREATE TABLE yard.passholder (id bigint PRIMARY KEY, name text NOT NULL, first_name text NOT NULL, born date NOT NULL, postal_code text NOT NULL);
CREATE TABLE yard.pass (id bigint PRIMARY KEY, holder_id bigint NOT NULL, chip bigint NOT NULL UNIQUE, status smallint NOT NULL, card_system int NOT NULL);
CREATE TABLE yard.balance (holder_id bigint PRIMARY KEY, points bigint NOT NULL) WITH (fillfactor = 80);
CREATE TABLE yard.activity (id bigint PRIMARY KEY, organizer_id bigint NOT NULL, points int NOT NULL, max int NOT NULL);
CREATE TABLE yard.checkin (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, holder_id bigint NOT NULL, activity_id bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON yard.checkin (holder_id, activity_id, at);
CREATE TABLE yard.ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, holder_id bigint NOT NULL, checkin_id bigint NOT NULL, points int NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON yard.ledger (holder_id, id);
CREATE TABLE yard.idempotency (client_id bigint, key text, fingerprint bytea NOT NULL, status int, response jsonb, created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (client_id, key));
CREATE TABLE yard.audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), actor text NOT NULL, action text NOT NULL, subject bigint NOT NULL);
CREATE TABLE yard.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, txid xid8 NOT NULL DEFAULT pg_current_xact_id(), type text NOT NULL, payload jsonb NOT NULL);

INSERT INTO yard.passholder SELECT i, 'Peeters', 'Jan', date '1980-01-01' + i %% 14000, '9999' FROM generate_series(1, %d) i;
INSERT INTO yard.pass SELECT i, i, 1000000000000 + i, 1, 1 FROM generate_series(1, %d) i;
INSERT INTO yard.balance SELECT i, 0 FROM generate_series(1, %d) i;
INSERT INTO yard.activity SELECT i, i %% 200, 1, 100 FROM generate_series(1, %d) i;

-- RFF: everything in one round trip, with an idempotency row, audit and outbox.
CREATE FUNCTION yard.checkin_full(p_chip bigint, p_activity bigint, p_key text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_pass yard.pass; v_activity yard.activity; v_used int; v_checkin bigint; v_points bigint; v_seen int;
BEGIN
  INSERT INTO yard.idempotency (client_id, key, fingerprint) VALUES (1, p_key, sha256(convert_to(p_chip || ' ' || p_activity, 'UTF8'))) ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_seen = ROW_COUNT;
  IF v_seen = 0 THEN RAISE EXCEPTION 'seen'; END IF;
  SELECT * INTO v_pass FROM yard.pass WHERE chip = p_chip AND status = 1;
  IF NOT FOUND THEN RAISE EXCEPTION 'unknown pass'; END IF;
  SELECT * INTO v_activity FROM yard.activity WHERE id = p_activity;
  SELECT count(*) INTO v_used FROM yard.checkin WHERE holder_id = v_pass.holder_id AND activity_id = p_activity AND at >= current_date;
  IF v_used >= v_activity.max THEN RAISE EXCEPTION 'limit'; END IF;
  INSERT INTO yard.checkin (holder_id, activity_id) VALUES (v_pass.holder_id, p_activity) RETURNING id INTO v_checkin;
  UPDATE yard.balance SET points = points + v_activity.points WHERE holder_id = v_pass.holder_id RETURNING points INTO v_points;
  INSERT INTO yard.ledger (holder_id, checkin_id, points) VALUES (v_pass.holder_id, v_checkin, v_activity.points);
  INSERT INTO yard.audit (actor, action, subject) VALUES ('client:1', 'checkin', v_checkin);
  INSERT INTO yard.outbox (type, payload) VALUES ('checkin', jsonb_build_object('id', v_checkin, 'points', v_points));
  UPDATE yard.idempotency SET status = 201, response = jsonb_build_object('id', v_checkin, 'points', v_points) WHERE client_id = 1 AND key = p_key;
  RETURN v_points;
END $$;
