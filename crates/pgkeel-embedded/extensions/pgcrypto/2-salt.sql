-- gen_salt: the salts of crypt's four methods.

-- Little-endian groups of three bytes as characters of six bits each, in crypt's alphabet.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_crypt64(value bigint, characters int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce(string_agg(substr('./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    ((value >> (6 * i)) & 63)::int + 1, 1), '' ORDER BY i), '')
  FROM generate_series(0, characters - 1) AS i);

-- Blowfish crypt's base64: its own alphabet, most significant bits first, no padding.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_bf64(bytes bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(rtrim(translate(encode(bytes, 'base64'), E'\n', ''), '='),
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');

CREATE FUNCTION @extschema@.gen_salt(text, int4) RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  method CONSTANT text := lower($1);
  rounds int := $2;
  random CONSTANT bytea := @extschema@.gen_random_bytes(16);
  number CONSTANT bigint := ('x' || encode(substr(random, 1, 8), 'hex'))::bit(64)::bigint & 281474976710655;
BEGIN
  IF method NOT IN ('des', 'md5', 'xdes', 'bf') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'gen_salt: Unknown salt algorithm';
  END IF;
  IF rounds = 0 THEN
    rounds := CASE method WHEN 'des' THEN 25 WHEN 'md5' THEN 1000 WHEN 'xdes' THEN 725 ELSE 6 END;
  END IF;
  IF NOT (
    method = 'des' AND rounds = 25
    OR method = 'md5' AND rounds = 1000
    OR method = 'xdes' AND rounds BETWEEN 1 AND 16777215 AND rounds % 2 = 1
    OR method = 'bf' AND rounds BETWEEN 4 AND 31
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'gen_salt: Incorrect number of rounds';
  END IF;
  RETURN CASE method
    WHEN 'des' THEN @extschema@._pgkeel_pgcrypto_crypt64(number, 2)
    WHEN 'md5' THEN '$1$' || @extschema@._pgkeel_pgcrypto_crypt64(number, 8)
    WHEN 'xdes' THEN '_' || @extschema@._pgkeel_pgcrypto_crypt64(rounds, 4)
      || @extschema@._pgkeel_pgcrypto_crypt64(number, 4)
    ELSE '$2a$' || lpad(rounds::text, 2, '0') || '$' || @extschema@._pgkeel_pgcrypto_bf64(random)
  END;
END
$$;

CREATE FUNCTION @extschema@.gen_salt(text) RETURNS text
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE RETURN @extschema@.gen_salt($1, 0);

