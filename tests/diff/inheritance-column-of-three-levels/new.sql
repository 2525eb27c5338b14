-- Columns that every table of a line declares go from the top down and come from the bottom up.
CREATE TABLE job (id integer, owner text);
CREATE TABLE batch (owner text) INHERITS (job);
CREATE TABLE nightly () INHERITS (batch);
CREATE TABLE audit (owner text) INHERITS (nightly);
