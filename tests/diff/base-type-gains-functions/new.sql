-- A type that is there all the time is read by another function, which takes it, and written by one for the first time.
CREATE TYPE tag;
CREATE FUNCTION tag_in(cstring) RETURNS tag LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION tag_out(tag) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION tag_from_wire(internal) RETURNS tag LANGUAGE internal STABLE STRICT AS 'textrecv';
CREATE FUNCTION tag_send(tag) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE TYPE tag (INPUT = tag_in, OUTPUT = tag_out, RECEIVE = tag_from_wire, SEND = tag_send, INTERNALLENGTH = VARIABLE);
CREATE TABLE tagged (name tag);
