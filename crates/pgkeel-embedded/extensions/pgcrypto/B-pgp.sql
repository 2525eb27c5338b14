-- OpenPGP with a password (RFC 4880): packets, keys from passwords, encryption with AES.

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_fail(message text) RETURNS void
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = message;
END
$$;

-- "name=value, ..." as an object with every option of PostgreSQL's documentation (F.26.3.8), defaults filled in.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_options(args text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  options jsonb := '{"cipher-algo": "aes128", "compress-algo": "0", "compress-level": "6", "convert-crlf": "0",
    "disable-mdc": "0", "sess-key": "0", "s2k-mode": "3", "s2k-count": "0", "s2k-digest-algo": "sha1",
    "s2k-cipher-algo": "", "unicode-mode": "0"}';
  pair text[];
BEGIN
  IF args !~ '^[\s,]*([^\s,=]+\s*=\s*[^\s,=]+([\s,]+|$))*$' THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Illegal argument to function');
  END IF;
  FOR pair IN SELECT regexp_matches(lower(args), '([^\s,=]+)\s*=\s*([^\s,=]+)', 'g') LOOP
    IF NOT options ? pair[1] THEN
      PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Illegal argument to function');
    END IF;
    options := options || jsonb_build_object(pair[1], pair[2]);
  END LOOP;
  IF options ->> 's2k-cipher-algo' = '' THEN
    options := jsonb_set(options, '{s2k-cipher-algo}', options -> 'cipher-algo');
  END IF;
  RETURN options;
END
$$;

-- The size in bytes of the key of a cipher, by RFC 4880's number; an error for what is not here.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_key_size(cipher int) RETURNS int
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF cipher BETWEEN 2 AND 4 THEN
    PERFORM @extschema@._pgkeel_pgcrypto_missing(format('OpenPGP with the cipher %s',
      (ARRAY['3des', 'cast5', 'bf'])[cipher - 1]));
  ELSIF cipher NOT BETWEEN 7 AND 9 THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Unsupported cipher algorithm');
  END IF;
  RETURN cipher * 8 - 40;
END
$$;

-- A cipher's number by the name that the options use.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_cipher(name text) RETURNS int
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  cipher CONSTANT int := CASE name WHEN '3des' THEN 2 WHEN 'cast5' THEN 3 WHEN 'bf' THEN 4 WHEN 'blowfish' THEN 4
    WHEN 'aes' THEN 7 WHEN 'aes128' THEN 7 WHEN 'aes192' THEN 8 WHEN 'aes256' THEN 9 ELSE 0 END;
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_pgp_key_size(cipher);
  RETURN cipher;
END
$$;

-- A hash's name by its number in RFC 4880.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_hash(code int) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  found CONSTANT text := CASE code
    WHEN 1 THEN 'md5' WHEN 2 THEN 'sha1' WHEN 8 THEN 'sha256' WHEN 9 THEN 'sha384' WHEN 10 THEN 'sha512' END;
BEGIN
  IF found IS NULL THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Unsupported digest algorithm');
  END IF;
  RETURN found;
END
$$;

-- A hash's number in RFC 4880 by the name that the options use.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_hash_code(name text) RETURNS int
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  found CONSTANT int := CASE name
    WHEN 'md5' THEN 1 WHEN 'sha1' THEN 2 WHEN 'sha-1' THEN 2
    WHEN 'sha256' THEN 8 WHEN 'sha384' THEN 9 WHEN 'sha512' THEN 10 END;
BEGIN
  IF found IS NULL THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Unsupported digest algorithm');
  END IF;
  RETURN found;
END
$$;

-- The key that a password gives (RFC 4880, section 3.7): mode 0 simple, 1 salted, 3 salted and iterated.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_s2k(
  password bytea, mode int, hash text, salt bytea, count_code int, size int) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  seed bytea := CASE mode WHEN 0 THEN password ELSE salt || password END;
  total CONSTANT int := (16 + (count_code & 15)) << ((count_code >> 4) + 6);
  zeros bytea := '';
  key bytea := '';
BEGIN
  IF mode = 3 AND total > length(seed) THEN
    seed := substr(decode(repeat(encode(seed, 'hex'), total / length(seed) + 1), 'hex'), 1, total);
  END IF;
  -- A longer key takes more hashes, each with one more zero byte in front.
  WHILE length(key) < size LOOP
    key := key || @extschema@._pgkeel_pgcrypto_hash(zeros || seed, hash);
    zeros := zeros || '\x00'::bytea;
  END LOOP;
  RETURN substr(key, 1, size);
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_packet(tag int, body bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substr(int4send(192 + tag), 4) || CASE
    WHEN length(body) < 192 THEN substr(int4send(length(body)), 4)
    WHEN length(body) < 8384 THEN substr(int4send(length(body) - 192 + 49152), 3)
    ELSE '\xff'::bytea || int4send(length(body))
  END || body;

-- The packets of a message, in order; lengths of every form, partial ones joined. What a wrong key decrypts is noise:
-- nothing here may read past an end (an error cannot be caught, the engine knows no EXCEPTION).
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_packets(message bytea, OUT tag int, OUT body bytea)
RETURNS SETOF record LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  -- The longest header can be read behind the last byte.
  padded CONSTANT bytea := message || '\x000000000000'::bytea;
  place int := 0;
  first int;
  size int;
  partial boolean;
BEGIN
  WHILE place < length(message) LOOP
    first := get_byte(padded, place);
    place := place + 1;
    body := '';
    IF first & 128 = 0 THEN
      PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
    END IF;
    IF first & 64 = 0 THEN
      tag := (first >> 2) & 15;
      CASE first & 3
        WHEN 0 THEN
          size := get_byte(padded, place);
          place := place + 1;
        WHEN 1 THEN
          size := (get_byte(padded, place) << 8) | get_byte(padded, place + 1);
          place := place + 2;
        WHEN 2 THEN
          size := ('x' || encode(substr(padded, place + 1, 4), 'hex'))::bit(32)::int;
          place := place + 4;
        ELSE
          size := length(message) - place;
      END CASE;
      IF size < 0 OR size > length(message) - place THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
      END IF;
      body := substr(message, place + 1, size);
      place := place + size;
    ELSE
      tag := first & 63;
      LOOP
        size := get_byte(padded, place);
        partial := size BETWEEN 224 AND 254;
        place := place + 1;
        IF partial THEN
          size := 1 << (size & 31);
        ELSIF size = 255 THEN
          size := ('x' || encode(substr(padded, place + 1, 4), 'hex'))::bit(32)::int;
          place := place + 4;
        ELSIF size >= 192 THEN
          size := ((size - 192) << 8) + get_byte(padded, place) + 192;
          place := place + 1;
        END IF;
        IF size < 0 OR size > length(message) - place THEN
          PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
        END IF;
        body := body || substr(message, place + 1, size);
        place := place + size;
        EXIT WHEN NOT partial;
      END LOOP;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- The literal packet of data, "t" text, "u" text in UTF-8, "b" bytes, in a compressed one if the options ask for it.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_literal(data bytea, kind text, options jsonb) RETURNS bytea
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  packed CONSTANT text := options ->> 'compress-algo';
  literal bytea;
BEGIN
  IF packed NOT IN ('0', '1', '2') THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Illegal argument to function');
  END IF;
  IF kind = 't' AND options ->> 'convert-crlf' = '1' THEN
    data := convert_to(regexp_replace(convert_from(data, 'UTF8'), E'\n', E'\r\n', 'g'), 'UTF8');
  END IF;
  IF kind = 't' AND options ->> 'unicode-mode' = '1' THEN
    kind := 'u';
  END IF;
  literal := @extschema@._pgkeel_pgcrypto_pgp_packet(11, convert_to(kind, 'UTF8') || '\x00'::bytea
    || int4send(extract(epoch FROM now())::bigint::int) || data);
  RETURN CASE packed
    WHEN '0' THEN literal
    WHEN '1' THEN @extschema@._pgkeel_pgcrypto_pgp_packet(8,
      '\x01'::bytea || @extschema@._pgkeel_pgcrypto_deflate(literal))
    ELSE @extschema@._pgkeel_pgcrypto_pgp_packet(8, '\x027801'::bytea
      || @extschema@._pgkeel_pgcrypto_deflate(literal) || @extschema@._pgkeel_pgcrypto_adler32(literal))
  END;
END
$$;

-- The encrypted packet of a literal one under a session key: with a hash (tag 18) or, when asked for, without (tag 9).
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_seal(plain bytea, key bytea, with_hash boolean) RETURNS bytea
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  zero CONSTANT bytea := decode(repeat('00', 16), 'hex');
  prefix bytea := @extschema@.gen_random_bytes(16);
  head bytea;
BEGIN
  prefix := prefix || substr(prefix, 15);
  IF with_hash THEN
    plain := prefix || plain || '\xd314'::bytea;
    plain := plain || @extschema@._pgkeel_pgcrypto_sha1(plain);
    RETURN @extschema@._pgkeel_pgcrypto_pgp_packet(18,
      '\x01'::bytea || @extschema@._pgkeel_pgcrypto_aes(plain, key, zero, 'cfb', false));
  END IF;
  head := @extschema@._pgkeel_pgcrypto_aes(prefix, key, zero, 'cfb', false);
  RETURN @extschema@._pgkeel_pgcrypto_pgp_packet(9,
    head || @extschema@._pgkeel_pgcrypto_aes(plain, key, substr(head, 3), 'cfb', false));
END
$$;

-- The packets inside an encrypted packet.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_unseal(tag int, body bytea, key bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  zero CONSTANT bytea := decode(repeat('00', 16), 'hex');
  plain bytea;
  size int;
BEGIN
  IF tag = 18 THEN
    plain := @extschema@._pgkeel_pgcrypto_aes(substr(body, 2), key, zero, 'cfb', true);
    size := length(plain);
    IF substr(body, 1, 1) = '\x01' AND size >= 40 AND substr(plain, 15, 2) = substr(plain, 17, 2)
      AND substr(plain, size - 21, 2) = '\xd314'
      AND substr(plain, size - 19) = @extschema@._pgkeel_pgcrypto_sha1(substr(plain, 1, size - 20)) THEN
      RETURN substr(plain, 19, size - 40);
    END IF;
  ELSIF length(body) > 18 THEN
    plain := @extschema@._pgkeel_pgcrypto_aes(substr(body, 1, 18), key, zero, 'cfb', true);
    IF substr(plain, 15, 2) = substr(plain, 17, 2) THEN
      RETURN @extschema@._pgkeel_pgcrypto_aes(substr(body, 19), key, substr(body, 3, 16), 'cfb', true);
    END IF;
  END IF;
  PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
END
$$;

-- The refusal of a way of compression that nobody here can read.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_unpacked(way int) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Unsupported compression algorithm');
END
$$;

-- The data of the literal packet in a decrypted message; as_text refuses bytes.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_open(message bytea, as_text boolean, options jsonb) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  packet record;
  data bytea;
BEGIN
  FOR packet IN SELECT * FROM @extschema@._pgkeel_pgcrypto_pgp_packets(message) LOOP
    IF length(packet.body) < (CASE packet.tag WHEN 8 THEN 1 WHEN 11 THEN 6 ELSE 0 END) THEN
      EXIT;
    ELSIF packet.tag = 8 THEN
      RETURN @extschema@._pgkeel_pgcrypto_pgp_open(CASE get_byte(packet.body, 0)
          WHEN 0 THEN substr(packet.body, 2)
          WHEN 1 THEN @extschema@._pgkeel_pgcrypto_inflate(substr(packet.body, 2))
          WHEN 2 THEN @extschema@._pgkeel_pgcrypto_inflate(substr(packet.body, 4))
          ELSE @extschema@._pgkeel_pgcrypto_pgp_unpacked(get_byte(packet.body, 0))
        END, as_text, options);
    ELSIF packet.tag = 11 THEN
      IF as_text AND chr(get_byte(packet.body, 0)) NOT IN ('t', 'u') THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Not text data');
      END IF;
      data := substr(packet.body, 7 + get_byte(packet.body, 1));
      IF as_text AND options ->> 'convert-crlf' = '1' THEN
        data := decode(regexp_replace(encode(data, 'hex'), '((?:..)*?)0d(0a)', '\1\2', 'g'), 'hex');
      END IF;
      RETURN data;
    END IF;
  END LOOP;
  PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_sym_encrypt(data bytea, password text, kind text, args text)
RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  options CONSTANT jsonb := @extschema@._pgkeel_pgcrypto_pgp_options(args);
  mode CONSTANT int := options ->> 's2k-mode';
  cipher CONSTANT int := @extschema@._pgkeel_pgcrypto_pgp_cipher(options ->> 'cipher-algo');
  own_key CONSTANT boolean := options ->> 'sess-key' = '1';
  wrapper CONSTANT int := CASE WHEN own_key
    THEN @extschema@._pgkeel_pgcrypto_pgp_cipher(options ->> 's2k-cipher-algo') ELSE cipher END;
  salt CONSTANT bytea := @extschema@.gen_random_bytes(8);
  hash CONSTANT int := @extschema@._pgkeel_pgcrypto_pgp_hash_code(options ->> 's2k-digest-algo');
  wanted CONSTANT int := options ->> 's2k-count';
  count_code int := 96 + get_byte(@extschema@.gen_random_bytes(1), 0) % 32;
  key bytea;
  body bytea;
BEGIN
  IF mode NOT IN (0, 1, 3) OR (wanted <> 0 AND wanted NOT BETWEEN 1024 AND 65011712) THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Illegal argument to function');
  END IF;
  IF wanted > 0 THEN
    -- The smallest count that can be written down and is enough.
    count_code := (SELECT min(code) FROM generate_series(0, 255) AS code
      WHERE (16 + (code & 15)) << ((code >> 4) + 6) >= wanted);
  END IF;
  key := @extschema@._pgkeel_pgcrypto_pgp_s2k(convert_to(password, 'UTF8'), mode, @extschema@._pgkeel_pgcrypto_pgp_hash(hash),
    salt, count_code, @extschema@._pgkeel_pgcrypto_pgp_key_size(wrapper));
  body := '\x04'::bytea || substr(int4send(wrapper), 4) || substr(int4send(mode), 4) || substr(int4send(hash), 4)
    || CASE WHEN mode > 0 THEN salt ELSE '' END || CASE WHEN mode = 3 THEN substr(int4send(count_code), 4) ELSE '' END;
  IF own_key THEN
    -- A random key encrypts the message, the password's key encrypts that key.
    data := @extschema@._pgkeel_pgcrypto_pgp_literal(data, kind, options);
    RETURN (SELECT @extschema@._pgkeel_pgcrypto_pgp_packet(3, body || @extschema@._pgkeel_pgcrypto_aes(
          substr(int4send(cipher), 4) || session, key, decode(repeat('00', 16), 'hex'), 'cfb', false))
        || @extschema@._pgkeel_pgcrypto_pgp_seal(data, session, options ->> 'disable-mdc' <> '1')
      FROM @extschema@.gen_random_bytes(@extschema@._pgkeel_pgcrypto_pgp_key_size(cipher)) AS session);
  END IF;
  RETURN @extschema@._pgkeel_pgcrypto_pgp_packet(3, body) || @extschema@._pgkeel_pgcrypto_pgp_seal(
    @extschema@._pgkeel_pgcrypto_pgp_literal(data, kind, options),
    key, options ->> 'disable-mdc' <> '1');
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_sym_decrypt(message bytea, password text, as_text boolean, args text)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  packet record;
  cipher int;
  mode int;
  place int;
  key bytea;
  session bytea;
BEGIN
  FOR packet IN SELECT * FROM @extschema@._pgkeel_pgcrypto_pgp_packets(message) LOOP
    IF packet.tag = 3 THEN
      IF length(packet.body) < 4 THEN
        EXIT;
      END IF;
      cipher := get_byte(packet.body, 1);
      mode := get_byte(packet.body, 2);
      place := CASE mode WHEN 0 THEN 4 WHEN 1 THEN 12 ELSE 13 END;
      IF get_byte(packet.body, 0) <> 4 OR mode NOT IN (0, 1, 3) OR length(packet.body) < place THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
      END IF;
      key := @extschema@._pgkeel_pgcrypto_pgp_s2k(convert_to(password, 'UTF8'), mode,
        @extschema@._pgkeel_pgcrypto_pgp_hash(get_byte(packet.body, 3)), substr(packet.body, 5, 8),
        CASE mode WHEN 3 THEN get_byte(packet.body, 12) ELSE 0 END,
        @extschema@._pgkeel_pgcrypto_pgp_key_size(cipher));
      IF length(packet.body) > place THEN
        session := @extschema@._pgkeel_pgcrypto_aes(
          substr(packet.body, place + 1), key, decode(repeat('00', 16), 'hex'), 'cfb', true);
        IF get_byte(session, 0) NOT BETWEEN 7 AND 9
          OR length(session) <> 1 + @extschema@._pgkeel_pgcrypto_pgp_key_size(get_byte(session, 0)) THEN
          PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
        END IF;
        key := substr(session, 2);
      END IF;
    ELSIF packet.tag IN (9, 18) AND key IS NOT NULL THEN
      RETURN @extschema@._pgkeel_pgcrypto_pgp_open(
        @extschema@._pgkeel_pgcrypto_pgp_unseal(packet.tag, packet.body, key), as_text,
        @extschema@._pgkeel_pgcrypto_pgp_options(args));
    END IF;
  END LOOP;
  PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
END
$$;

CREATE FUNCTION @extschema@.pgp_sym_encrypt(text, text, text) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_sym_encrypt(convert_to($1, 'UTF8'), $2, 't', $3);

CREATE FUNCTION @extschema@.pgp_sym_encrypt(text, text) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_sym_encrypt(convert_to($1, 'UTF8'), $2, 't', '');

CREATE FUNCTION @extschema@.pgp_sym_encrypt_bytea(bytea, text, text) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_sym_encrypt($1, $2, 'b', $3);

CREATE FUNCTION @extschema@.pgp_sym_encrypt_bytea(bytea, text) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_sym_encrypt($1, $2, 'b', '');

CREATE FUNCTION @extschema@.pgp_sym_decrypt(bytea, text, text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(@extschema@._pgkeel_pgcrypto_pgp_sym_decrypt($1, $2, true, $3), 'UTF8');

CREATE FUNCTION @extschema@.pgp_sym_decrypt(bytea, text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(@extschema@._pgkeel_pgcrypto_pgp_sym_decrypt($1, $2, true, ''), 'UTF8');

CREATE FUNCTION @extschema@.pgp_sym_decrypt_bytea(bytea, text, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_sym_decrypt($1, $2, false, $3);

CREATE FUNCTION @extschema@.pgp_sym_decrypt_bytea(bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_sym_decrypt($1, $2, false, '');

