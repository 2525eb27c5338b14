-- encrypt and decrypt: raw ciphers with a block mode and padding.

-- Blocks of eight bytes in mode ecb or cbc by Blowfish, DES or triple DES.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_cipher64(
  data bytea, key bytea, iv bytea, algorithm text, mode text, decrypts boolean)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  m CONSTANT bigint := 4294967295;
  w bigint[] := @extschema@._pgkeel_pgcrypto_pi();
  boxes CONSTANT bigint[] := @extschema@._pgkeel_pgcrypto_des_boxes();
  turns CONSTANT int := CASE algorithm WHEN 'bf' THEN 521 ELSE 0 END;
  number bigint := 0;
  k1 bigint[];
  k2 bigint[];
  k3 bigint[];
  l bigint := 0;
  r bigint := 0;
  t bigint;
  x bigint;
  v bigint := ('x' || encode(iv, 'hex'))::bit(64)::bigint;
  parts bytea[] := '{}';
BEGIN
  IF algorithm = 'bf' THEN
    FOR i IN 0 .. 71 LOOP
      number := ((number << 8) & m) | get_byte(key, i % length(key));
      IF i % 4 = 3 THEN
        w[i / 4 + 1] := w[i / 4 + 1] # number;
      END IF;
    END LOOP;
  ELSE
    k1 := @extschema@._pgkeel_pgcrypto_des_keys(('x' || encode(substr(key, 1, 8), 'hex'))::bit(64)::bigint);
    IF algorithm = '3des' THEN
      k2 := @extschema@._pgkeel_pgcrypto_des_keys(('x' || encode(substr(key, 9, 8), 'hex'))::bit(64)::bigint);
      k3 := @extschema@._pgkeel_pgcrypto_des_keys(('x' || encode(substr(key, 17, 8), 'hex'))::bit(64)::bigint);
      k2 := ARRAY(SELECT k2[i] FROM generate_series(16, 1, -1) AS i);
    END IF;
    IF decrypts THEN
      k1 := ARRAY(SELECT k1[i] FROM generate_series(16, 1, -1) AS i);
      k2 := ARRAY(SELECT k2[i] FROM generate_series(16, 1, -1) AS i);
      k3 := ARRAY(SELECT k3[i] FROM generate_series(16, 1, -1) AS i);
    END IF;
  END IF;
  -- Blowfish's key schedule encrypts 521 blocks before the first one of the data.
  FOR block IN -turns .. length(data) / 8 - 1 LOOP
    IF block >= 0 THEN
      IF block = 0 AND algorithm = 'bf' AND decrypts THEN
        w := ARRAY(SELECT w[i] FROM generate_series(18, 1, -1) AS i) || w[19:];
      END IF;
      x := ('x' || encode(substr(data, block * 8 + 1, 8), 'hex'))::bit(64)::bigint;
      t := CASE WHEN mode = 'cbc' AND NOT decrypts THEN x # v ELSE x END;
      l := (t >> 32) & m;
      r := t & m;
    END IF;
    IF algorithm = 'bf' THEN
      FOR j IN 1 .. 15 BY 2 LOOP
        l := l # w[j];
        r := r # w[j + 1] # ((((w[19 + (l >> 24)] + w[275 + ((l >> 16) & 255)]) # w[531 + ((l >> 8) & 255)]) + w[787 + (l & 255)]) & m);
        l := l # ((((w[19 + (r >> 24)] + w[275 + ((r >> 16) & 255)]) # w[531 + ((r >> 8) & 255)]) + w[787 + (r & 255)]) & m);
      END LOOP;
      t := l # w[17];
      l := r # w[18];
      r := t;
      t := (l << 32) | r;
    ELSIF algorithm = 'des' THEN
      t := @extschema@._pgkeel_pgcrypto_des(t, k1, boxes, 0, 1);
    ELSIF decrypts THEN
      t := @extschema@._pgkeel_pgcrypto_des(t, k3, boxes, 0, 1);
      t := @extschema@._pgkeel_pgcrypto_des(t, k2, boxes, 0, 1);
      t := @extschema@._pgkeel_pgcrypto_des(t, k1, boxes, 0, 1);
    ELSE
      t := @extschema@._pgkeel_pgcrypto_des(t, k1, boxes, 0, 1);
      t := @extschema@._pgkeel_pgcrypto_des(t, k2, boxes, 0, 1);
      t := @extschema@._pgkeel_pgcrypto_des(t, k3, boxes, 0, 1);
    END IF;
    IF block < 0 THEN
      w[(block + turns) * 2 + 1] := l;
      w[(block + turns) * 2 + 2] := r;
    ELSIF mode = 'cbc' AND decrypts THEN
      parts := parts || int8send(t # v);
      v := x;
    ELSE
      parts := parts || int8send(t);
      v := t;
    END IF;
  END LOOP;
  RETURN (SELECT coalesce(string_agg(part, '' ORDER BY place), '')
    FROM unnest(parts) WITH ORDINALITY AS u(part, place));
END
$$;

-- Cuts or fills with zeros to a length.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_fit(bytes bytea, size int) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substr(bytes || decode(repeat('00', size), 'hex'), 1, size);

-- encrypt, decrypt and their forms with an initialization vector; type is "algorithm-mode/pad:padding".
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_cipher(data bytea, key bytea, iv bytea, type text, decrypts boolean)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  parts CONSTANT text[] := string_to_array(lower(type), '/');
  name CONSTANT text := regexp_replace(regexp_replace(parts[1], '^rijndael', 'aes'), '^blowfish', 'bf');
  algorithm CONSTANT text := split_part(name, '-', 1);
  mode CONSTANT text := CASE WHEN strpos(name, '-') = 0 THEN 'cbc' ELSE split_part(name, '-', 2) END;
  verb CONSTANT text := CASE WHEN decrypts THEN 'decrypt' ELSE 'encrypt' END;
  size CONSTANT int := CASE algorithm WHEN 'aes' THEN 16 ELSE 8 END;
  part text;
  padded boolean := true;
  secret bytea;
  input bytea := data;
  output bytea;
  last int;
  wrong boolean := false;
BEGIN
  FOREACH part IN ARRAY parts[2:] LOOP
    IF split_part(part, ':', 1) <> 'pad' THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
        MESSAGE = format('Cannot use "%s": Unknown option', type);
    END IF;
    padded := split_part(part, ':', 2) <> 'none';
    wrong := wrong OR split_part(part, ':', 2) NOT IN ('pkcs', 'none');
  END LOOP;
  IF wrong OR name !~ '^((aes|bf)(-(cbc|ecb))?|3des(-(cbc|ecb))?|des(-(cbc|ecb))?|cast5(-(cbc|ecb))?)$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('Cannot use "%s": No such cipher algorithm', type);
  END IF;
  IF algorithm = 'cast5' THEN
    PERFORM @extschema@._pgkeel_pgcrypto_missing('The cipher cast5');
  END IF;
  IF algorithm = 'bf' AND length(key) = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception',
      MESSAGE = format('%s error: Cipher cannot be initialized', verb);
  END IF;
  secret := CASE algorithm
    WHEN 'bf' THEN substr(key, 1, 56)
    WHEN 'des' THEN @extschema@._pgkeel_pgcrypto_fit(key, 8)
    WHEN '3des' THEN @extschema@._pgkeel_pgcrypto_fit(key, 24)
    ELSE @extschema@._pgkeel_pgcrypto_fit(key,
      CASE WHEN length(key) <= 16 THEN 16 WHEN length(key) <= 24 THEN 24 ELSE 32 END)
  END;
  IF padded AND NOT decrypts THEN
    last := size - length(data) % size;
    input := data || decode(repeat(lpad(to_hex(last), 2, '0'), last), 'hex');
  END IF;
  IF length(input) % size > 0 OR (padded AND length(input) = 0) THEN
    RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception',
      MESSAGE = format('%s error: %sion failed', verb, initcap(verb));
  END IF;
  output := CASE algorithm
    WHEN 'aes' THEN @extschema@._pgkeel_pgcrypto_aes(
      input, secret, @extschema@._pgkeel_pgcrypto_fit(iv, 16), mode, decrypts)
    ELSE @extschema@._pgkeel_pgcrypto_cipher64(
      input, secret, @extschema@._pgkeel_pgcrypto_fit(iv, 8), algorithm, mode, decrypts)
  END;
  IF padded AND decrypts THEN
    last := get_byte(output, length(output) - 1);
    IF last NOT BETWEEN 1 AND size
      OR encode(substr(output, length(output) - last + 1), 'hex') <> repeat(lpad(to_hex(last), 2, '0'), last) THEN
      RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception',
        MESSAGE = 'decrypt error: Decryption failed';
    END IF;
    output := substr(output, 1, length(output) - last);
  END IF;
  RETURN output;
END
$$;

CREATE FUNCTION @extschema@.encrypt(bytea, bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_cipher($1, $2, '', $3, false);

CREATE FUNCTION @extschema@.decrypt(bytea, bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_cipher($1, $2, '', $3, true);

CREATE FUNCTION @extschema@.encrypt_iv(bytea, bytea, bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_cipher($1, $2, $3, $4, false);

CREATE FUNCTION @extschema@.decrypt_iv(bytea, bytea, bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_cipher($1, $2, $3, $4, true);

