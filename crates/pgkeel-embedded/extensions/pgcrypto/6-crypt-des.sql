-- crypt, methods des (two characters of salt) and xdes ("_", four of count, four of salt).

-- The number that characters of crypt's alphabet stand for, least significant first; others count as zero.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_uncrypt64(characters text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT sum(greatest(strpos('./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    substr(characters, i, 1)) - 1, 0)::bigint << (6 * (i - 1)))::bigint
  FROM generate_series(1, length(characters)) AS i);

-- Eight bytes of a password, from a place on, as a DES key: seven bits of each, the parity bit below.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_des_password(password bytea, start int) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  key bigint := 0;
BEGIN
  FOR i IN start .. start + 7 LOOP
    key := (key << 8) | CASE WHEN i < length(password) THEN (get_byte(password, i) << 1) & 255 ELSE 0 END;
  END LOOP;
  RETURN key;
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_crypt_des(password bytea, setting text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  boxes CONSTANT bigint[] := @extschema@._pgkeel_pgcrypto_des_boxes();
  extended CONSTANT boolean := substr(setting, 1, 1) = '_';
  prefix CONSTANT text := substr(setting, 1, CASE WHEN extended THEN 9 ELSE 2 END);
  times CONSTANT int := CASE WHEN extended
    THEN @extschema@._pgkeel_pgcrypto_uncrypt64(substr(setting, 2, 4)) ELSE 25 END;
  key bigint := @extschema@._pgkeel_pgcrypto_des_password(password, 0);
  block bigint;
BEGIN
  IF length(prefix) < (CASE WHEN extended THEN 9 ELSE 2 END) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'invalid salt';
  END IF;
  IF times = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = 'crypt(3) returned NULL';
  END IF;
  IF extended THEN
    -- The whole password counts: what the key was is encrypted with itself and mixed with the next eight bytes.
    FOR start IN 8 .. length(password) - 1 BY 8 LOOP
      key := @extschema@._pgkeel_pgcrypto_des(key, @extschema@._pgkeel_pgcrypto_des_keys(key), boxes, 0, 1)
        # @extschema@._pgkeel_pgcrypto_des_password(password, start);
    END LOOP;
  END IF;
  block := @extschema@._pgkeel_pgcrypto_des(0, @extschema@._pgkeel_pgcrypto_des_keys(key), boxes,
    @extschema@._pgkeel_pgcrypto_uncrypt64(substr(prefix, CASE WHEN extended THEN 6 ELSE 1 END)), times);
  RETURN prefix || (
    SELECT string_agg(@extschema@._pgkeel_pgcrypto_crypt64(
      CASE WHEN i = 10 THEN block << 2 ELSE block >> (58 - 6 * i) END, 1), '' ORDER BY i)
    FROM generate_series(0, 10) AS i);
END
$$;

CREATE FUNCTION @extschema@.crypt(text, text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
  WHEN $2 LIKE '$2a$%' OR $2 LIKE '$2x$%' THEN @extschema@._pgkeel_pgcrypto_crypt_bf(convert_to($1, 'UTF8'), $2)
  WHEN $2 LIKE '$1$%' THEN @extschema@._pgkeel_pgcrypto_crypt_md5(convert_to($1, 'UTF8'), $2)
  ELSE @extschema@._pgkeel_pgcrypto_crypt_des(convert_to($1, 'UTF8'), $2)
END;

