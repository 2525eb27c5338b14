CREATE TABLE job (id integer, note text);
CREATE TABLE batch (note text, queue text) INHERITS (job);
CREATE TABLE nightly (note text, queue text) INHERITS (batch);
CREATE TABLE audit (note text) INHERITS (nightly);
