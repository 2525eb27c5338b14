CREATE TYPE tag;
CREATE FUNCTION tag_in(cstring) RETURNS tag LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION tag_out(tag) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION tag_receive(internal) RETURNS tag LANGUAGE internal STABLE STRICT AS 'textrecv';
CREATE TYPE tag (INPUT = tag_in, OUTPUT = tag_out, RECEIVE = tag_receive, INTERNALLENGTH = VARIABLE);
CREATE TABLE tagged (name tag);
