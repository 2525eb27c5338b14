-- Heirs that come while what they inherit gets other types, comes and goes, directly and from two tables above.
CREATE TABLE meter (id bigint, reading numeric(12, 3) NOT NULL, place text, CONSTRAINT sane CHECK (reading >= 0));
CREATE TABLE electric () INHERITS (meter);
CREATE TABLE gas (id bigint, unit integer, CONSTRAINT sane CHECK (reading >= 0)) INHERITS (meter);
CREATE TABLE solar (reading numeric(12, 3), panels integer) INHERITS (electric);
