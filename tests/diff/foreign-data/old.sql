CREATE FOREIGN DATA WRAPPER remote OPTIONS (debug 'true', old 'x');
CREATE SERVER one TYPE 'kind' VERSION '1' FOREIGN DATA WRAPPER remote OPTIONS (host 'a', port '1');
CREATE SERVER two FOREIGN DATA WRAPPER remote;
CREATE USER MAPPING FOR PUBLIC SERVER one OPTIONS (password 'open sesame');
CREATE USER MAPPING FOR diff_reader SERVER one;
CREATE FOREIGN TABLE public.far (id integer OPTIONS (name 'a'), gone text) SERVER one OPTIONS (file 'f');
CREATE FOREIGN TABLE public.moved (id integer) SERVER one;
CREATE TABLE public.parted (day date, n integer) PARTITION BY RANGE (day);
