CREATE EXTENSION btree_gist;
CREATE TABLE rooms (id int, during int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS), UNIQUE (id, during WITHOUT OVERLAPS));
CREATE TABLE stays (id int, during int4range, FOREIGN KEY (id, PERIOD during) REFERENCES rooms (id, PERIOD during));
CREATE TABLE lax (a int CHECK (a > 0) NOT ENFORCED, b int CHECK (b > 0), FOREIGN KEY (a) REFERENCES "table".a NOT ENFORCED);
CREATE TABLE strict (a int CHECK (a > 0), c int);
CREATE TABLE virtual (a int, b int GENERATED ALWAYS AS (a * 2), c int GENERATED ALWAYS AS (3) VIRTUAL);
