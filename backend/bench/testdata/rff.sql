\set person random(1, :people)
\set chip 1000000000000 + :person
\set activity random(1, :activities)
SELECT yard.checkin_full(:chip, :activity, gen_random_uuid()::text);
