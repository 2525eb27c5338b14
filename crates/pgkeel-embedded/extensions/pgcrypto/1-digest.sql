-- Stand-in of pgkeel for pgcrypto 1.3, written in SQL: hashes, random bytes.

-- The error of everything that SQL cannot do in sane time.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_missing(what text) RETURNS void
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
    MESSAGE = what || ' is not in pgkeel''s stand-in for pgcrypto',
    DETAIL = 'The embedded engine cannot load the real pgcrypto; the stand-in does what SQL can do in sane time.',
    HINT = 'Use a PostgreSQL server that has pgcrypto, for example --database postgres://...';
END
$$;

-- The hash of data by its name, in lower case; NULL for a name that is not known here.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_hash(data bytea, algorithm text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE algorithm
  WHEN 'md5' THEN decode(md5(data), 'hex')
  WHEN 'sha1' THEN @extschema@._pgkeel_pgcrypto_sha1(data)
  WHEN 'sha224' THEN sha224(data)
  WHEN 'sha256' THEN sha256(data)
  WHEN 'sha384' THEN sha384(data)
  WHEN 'sha512' THEN sha512(data)
END;

-- The name of a hash as the function above takes it: OpenSSL's other spellings are known, anything else is refused.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_hash_name(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  known CONSTANT text := regexp_replace(lower(name), '^sha2?-(1|224|256|384|512)$', 'sha\1');
BEGIN
  IF known IN ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512') THEN
    RETURN known;
  END IF;
  IF known ~ '^(md4|mdc2|rmd160|ripemd(160)?|whirlpool|sm3|blake2[bs](512|256)|sha512-(224|256)|sha3-(224|256|384|512)|shake(128|256))$' THEN
    PERFORM @extschema@._pgkeel_pgcrypto_missing(format('The hash %s', known));
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('Cannot use "%s": No such hash algorithm', name);
END
$$;

CREATE FUNCTION @extschema@.digest(bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_hash($1, @extschema@._pgkeel_pgcrypto_hash_name($2));

CREATE FUNCTION @extschema@.digest(text, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_hash(convert_to($1, 'UTF8'), @extschema@._pgkeel_pgcrypto_hash_name($2));

-- HMAC (RFC 2104).
CREATE FUNCTION @extschema@.hmac(bytea, bytea, text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  algorithm CONSTANT text := @extschema@._pgkeel_pgcrypto_hash_name($3);
  block CONSTANT int := CASE WHEN algorithm IN ('sha384', 'sha512') THEN 128 ELSE 64 END;
  secret bytea := CASE WHEN length($2) > block THEN @extschema@._pgkeel_pgcrypto_hash($2, algorithm) ELSE $2 END;
  inner_pad bytea;
  outer_pad bytea;
BEGIN
  inner_pad := secret || decode(repeat('00', block - length(secret)), 'hex');
  outer_pad := inner_pad;
  FOR i IN 0 .. block - 1 LOOP
    inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # 54);
    outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # 92);
  END LOOP;
  RETURN @extschema@._pgkeel_pgcrypto_hash(
    outer_pad || @extschema@._pgkeel_pgcrypto_hash(inner_pad || $1, algorithm), algorithm);
END
$$;

CREATE FUNCTION @extschema@.hmac(text, text, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@.hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3);

-- Every 32 bytes are the hash of three random UUIDs, which hold 366 random bits.
CREATE FUNCTION @extschema@.gen_random_bytes(int4) RETURNS bytea
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  bytes bytea := '';
BEGIN
  IF $1 NOT BETWEEN 1 AND 1024 THEN
    RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = 'Length not in range';
  END IF;
  WHILE length(bytes) < $1 LOOP
    bytes := bytes || sha256(
      uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  END LOOP;
  RETURN substr(bytes, 1, $1);
END
$$;

CREATE FUNCTION @extschema@.gen_random_uuid() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE RETURN pg_catalog.gen_random_uuid();

