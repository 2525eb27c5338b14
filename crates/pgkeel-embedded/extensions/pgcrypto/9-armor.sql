-- ASCII armor of OpenPGP messages and keys (RFC 4880, section 6).

-- The checksum of armor: three bytes.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_crc24(data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  crc int := 11994318;
BEGIN
  FOR i IN 0 .. length(data) - 1 LOOP
    crc := crc # (get_byte(data, i) << 16);
    FOR bit IN 1 .. 8 LOOP
      crc := (crc << 1) # CASE WHEN crc & 8388608 <> 0 THEN 25578747 ELSE 0 END;
    END LOOP;
  END LOOP;
  RETURN substr(int4send(crc), 2);
END
$$;

CREATE FUNCTION @extschema@.armor(bytea, text[], text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  text_of CONSTANT text := translate(encode($1, 'base64'), E'\n', '');
  headers text := '';
BEGIN
  IF array_ndims($2) > 1 OR array_ndims($3) > 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'array_subscript_error', MESSAGE = 'wrong number of array subscripts';
  END IF;
  IF cardinality($2) <> cardinality($3) THEN
    RAISE EXCEPTION USING ERRCODE = 'array_subscript_error', MESSAGE = 'mismatched array dimensions';
  END IF;
  FOR i IN 1 .. cardinality($2) LOOP
    IF $2[i] IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'null value not allowed for header key';
    ELSIF $2[i] ~ '[^\x01-\x7f]' THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
        MESSAGE = 'header key must not contain non-ASCII characters';
    ELSIF strpos($2[i], ': ') > 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'header key must not contain ": "';
    ELSIF strpos($2[i], E'\n') > 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'header key must not contain newlines';
    ELSIF $3[i] IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'null value not allowed for header value';
    ELSIF $3[i] ~ '[^\x01-\x7f]' THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
        MESSAGE = 'header value must not contain non-ASCII characters';
    ELSIF strpos($3[i], E'\n') > 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'header value must not contain newlines';
    END IF;
    headers := headers || $2[i] || ': ' || $3[i] || E'\n';
  END LOOP;
  RETURN E'-----BEGIN PGP MESSAGE-----\n' || headers || E'\n'
    || regexp_replace(text_of, '(.{76}|.{1,75}$)', E'\\1\n', 'g')
    || '=' || encode(@extschema@._pgkeel_pgcrypto_crc24($1), 'base64') || E'\n-----END PGP MESSAGE-----\n';
END
$$;

CREATE FUNCTION @extschema@.armor(bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN @extschema@.armor($1, '{}', '{}');

-- The lines of the headers, of the base64 text, and the checksum's four characters; an error when armor is not whole.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_unarmor(
  armored text, OUT headers text[], OUT body text, OUT checksum text)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  line text;
  -- Where we are: before the first line, in the headers, in the body, behind the checksum.
  place int := 0;
BEGIN
  headers := '{}';
  body := '';
  FOREACH line IN ARRAY string_to_array(armored, E'\n') LOOP
    line := rtrim(line, E'\r');
    IF place = 0 THEN
      IF line ~ '^-----BEGIN .*-----[ \t]*$' THEN
        place := 1;
      END IF;
    ELSIF place = 1 THEN
      IF line ~ '^[ \t]*$' THEN
        place := 2;
      ELSE
        headers := headers || line;
      END IF;
    ELSIF line ~ '^-----END ' THEN
      EXIT WHEN place <> 3;
      RETURN;
    ELSIF place = 2 AND line ~ '^=[A-Za-z0-9+/]{4}[ \t]*$' THEN
      checksum := substr(line, 2, 4);
      place := 3;
    ELSE
      body := body || line;
    END IF;
  END LOOP;
  RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = 'Corrupt ascii-armor';
END
$$;

CREATE FUNCTION @extschema@.dearmor(text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  parts record;
  data bytea;
BEGIN
  SELECT * INTO parts FROM @extschema@._pgkeel_pgcrypto_unarmor($1);
  IF regexp_replace(parts.body, '\s', '', 'g') ~ '^[A-Za-z0-9+/]*={0,2}$'
    AND length(regexp_replace(parts.body, '\s', '', 'g')) % 4 = 0 THEN
    data := decode(parts.body, 'base64');
    IF @extschema@._pgkeel_pgcrypto_crc24(data) = decode(parts.checksum, 'base64') THEN
      RETURN data;
    END IF;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = 'Corrupt ascii-armor';
END
$$;

CREATE FUNCTION @extschema@.pgp_armor_headers(text, key OUT text, value OUT text) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  line text;
BEGIN
  FOREACH line IN ARRAY (@extschema@._pgkeel_pgcrypto_unarmor($1)).headers LOOP
    IF strpos(line, ': ') = 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = 'Corrupt ascii-armor';
    END IF;
    key := substr(line, 1, strpos(line, ': ') - 1);
    value := substr(line, strpos(line, ': ') + 2);
    RETURN NEXT;
  END LOOP;
END
$$;

