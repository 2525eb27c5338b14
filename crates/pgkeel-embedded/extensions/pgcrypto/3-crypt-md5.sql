-- crypt, method md5 ("$1$"): Poul-Henning Kamp's scheme of 1000 rounds.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_crypt_md5(password bytea, setting text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  salt_text CONSTANT text := substr(split_part(substr(setting, 4), '$', 1), 1, 8);
  salt CONSTANT bytea := convert_to(salt_text, 'UTF8');
  hash bytea := decode(md5(password || salt || password), 'hex');
  seed bytea := password || '$1$' || salt;
  n int := length(password);
BEGIN
  WHILE n > 0 LOOP
    seed := seed || substr(hash, 1, least(n, 16));
    n := n - 16;
  END LOOP;
  n := length(password);
  WHILE n > 0 LOOP
    -- The scheme takes a zero byte here, or the password's first one.
    seed := seed || CASE WHEN n % 2 = 1 THEN '\x00'::bytea ELSE substr(password, 1, 1) END;
    n := n / 2;
  END LOOP;
  hash := decode(md5(seed), 'hex');
  FOR i IN 0 .. 999 LOOP
    hash := decode(md5(
      CASE WHEN i % 2 = 1 THEN password ELSE hash END
      || CASE WHEN i % 3 > 0 THEN salt ELSE '' END
      || CASE WHEN i % 7 > 0 THEN password ELSE '' END
      || CASE WHEN i % 2 = 1 THEN hash ELSE password END), 'hex');
  END LOOP;
  RETURN '$1$' || salt_text || '$' || (
    SELECT string_agg(@extschema@._pgkeel_pgcrypto_crypt64(
        (get_byte(hash, i)::bigint << 16) | (get_byte(hash, i + 6) << 8)
          | get_byte(hash, CASE WHEN i = 4 THEN 5 ELSE i + 12 END), 4), '' ORDER BY i)
    FROM generate_series(0, 4) AS i) || @extschema@._pgkeel_pgcrypto_crypt64(get_byte(hash, 11), 2);
END
$$;

