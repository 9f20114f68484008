\set person random(1, :people)
\set chip 1000000000000 + :person
\set activity random(1, :activities)
BEGIN;
SELECT id AS pass, holder_id AS holder FROM yard.pass WHERE chip = :chip AND status = 1 \gset
SELECT a.points AS points, (SELECT count(*) FROM yard.checkin c WHERE c.holder_id = :holder AND c.activity_id = a.id AND c.at >= current_date) AS used FROM yard.activity a WHERE a.id = :activity \gset
INSERT INTO yard.checkin (holder_id, activity_id) VALUES (:holder, :activity) RETURNING id AS checkin \gset
UPDATE yard.balance SET points = points + :points WHERE holder_id = :holder RETURNING points AS balance \gset
INSERT INTO yard.ledger (holder_id, checkin_id, points) VALUES (:holder, :checkin, :points);
COMMIT;
