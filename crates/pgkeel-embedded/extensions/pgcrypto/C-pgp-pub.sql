-- OpenPGP with public keys (RFC 4880): RSA and Elgamal, with numbers of PostgreSQL's type numeric.

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_number(bytes bytea) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  padded CONSTANT bytea := decode(repeat('00', (4 - length(bytes) % 4) % 4), 'hex') || bytes;
  n numeric := 0;
BEGIN
  FOR i IN 0 .. length(padded) / 4 - 1 LOOP
    n := n * 4294967296 + ('x' || encode(substr(padded, i * 4 + 1, 4), 'hex'))::bit(32)::bigint;
  END LOOP;
  RETURN n;
END
$$;

-- The big-endian bytes of a number, as many as it takes.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_bytes(n numeric) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  bytes bytea := '';
BEGIN
  WHILE n > 0 LOOP
    bytes := substr(int8send((n % 4294967296)::bigint), 5) || bytes;
    n := div(n, 4294967296);
  END LOOP;
  RETURN ltrim(bytes, '\x00'::bytea);
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_power(base numeric, exponent bytea, modulus numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result numeric := 1;
  byte int;
BEGIN
  FOR i IN 0 .. length(exponent) - 1 LOOP
    byte := get_byte(exponent, i);
    FOR bit IN REVERSE 7 .. 0 LOOP
      result := (result * result) % modulus;
      IF (byte >> bit) & 1 = 1 THEN
        result := (result * base) % modulus;
      END IF;
    END LOOP;
  END LOOP;
  RETURN result;
END
$$;

-- A number as OpenPGP writes it: its size in bits, then its bytes.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_mpi(n numeric) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT substr(int4send(length(bytes) * 8 - 8 + length(ltrim(get_byte(bytes, 0)::bit(8)::text, '0'))), 3) || bytes
  FROM @extschema@._pgkeel_pgcrypto_bytes(n) AS bytes);

-- Reads so many numbers from a place on, as bytes, and says where they end; NULL when the data ends before.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_mpis(
  data bytea, start int, count int, OUT numbers bytea[], OUT place int)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  size int;
BEGIN
  numbers := '{}';
  place := start;
  FOR i IN 1 .. count LOOP
    IF place + 2 > length(data) THEN
      numbers := NULL;
      RETURN;
    END IF;
    size := (((get_byte(data, place) << 8) | get_byte(data, place + 1)) + 7) / 8;
    IF place + 2 + size > length(data) THEN
      numbers := NULL;
      RETURN;
    END IF;
    numbers := numbers || substr(data, place + 3, size);
    place := place + 2 + size;
  END LOOP;
END
$$;

-- The encryption subkey of a public or secret key; the main key is for signing. wanted: 'public', 'secret', or '' for
-- its id alone. A secret key that is locked takes its password.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_key(
  data bytea, password text, wanted text,
  OUT algorithm int, OUT id bytea, OUT open_part bytea[], OUT secret_part bytea[])
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  packet record;
  parts record;
  main_keys int := 0;
  subkeys int := 0;
  numbers int;
  place int;
  usage int;
  cipher int;
  mode int;
  secret bytea;
  sum int := 0;
BEGIN
  FOR packet IN SELECT * FROM @extschema@._pgkeel_pgcrypto_pgp_packets(data) LOOP
    IF packet.tag IN (5, 6) THEN
      main_keys := main_keys + 1;
      IF main_keys > 1 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Several keys given - pgcrypto does not handle keyring');
      END IF;
    ELSIF packet.tag IN (7, 14) THEN
      IF length(packet.body) < 6 OR get_byte(packet.body, 0) <> 4 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Only V4 key packets are supported');
      END IF;
      numbers := CASE get_byte(packet.body, 5) WHEN 1 THEN 2 WHEN 2 THEN 2 WHEN 16 THEN 3 ELSE 0 END;
      CONTINUE WHEN numbers = 0;
      subkeys := subkeys + 1;
      IF subkeys > 1 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Several subkeys not supported');
      END IF;
      algorithm := get_byte(packet.body, 5);
      SELECT * INTO parts FROM @extschema@._pgkeel_pgcrypto_mpis(packet.body, 6, numbers);
      IF parts.numbers IS NULL THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Corrupt key packet');
      END IF;
      open_part := parts.numbers;
      place := parts.place;
      id := substr(@extschema@._pgkeel_pgcrypto_sha1(
        '\x99'::bytea || substr(int4send(place), 3) || substr(packet.body, 1, place)), 13);
      IF wanted = 'public' AND packet.tag = 7 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Refusing to encrypt with secret key');
      ELSIF wanted = 'secret' AND packet.tag = 14 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Cannot decrypt with public key');
      END IF;
      CONTINUE WHEN wanted <> 'secret';
      IF length(packet.body) < place + 13 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Corrupt key packet');
      END IF;
      usage := get_byte(packet.body, place);
      secret := substr(packet.body, place + 2);
      IF usage IN (254, 255) THEN
        IF password IS NULL THEN
          PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Need password for secret key');
        END IF;
        cipher := get_byte(secret, 0);
        mode := get_byte(secret, 1);
        IF mode NOT IN (0, 1, 3) THEN
          PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Bad S2K mode');
        END IF;
        -- After the hash's number come the salt, the count, sixteen bytes of initialization vector.
        place := CASE mode WHEN 0 THEN 3 WHEN 1 THEN 11 ELSE 12 END;
        secret := @extschema@._pgkeel_pgcrypto_aes(substr(secret, place + 17),
          @extschema@._pgkeel_pgcrypto_pgp_s2k(convert_to(password, 'UTF8'), mode,
            @extschema@._pgkeel_pgcrypto_pgp_hash(get_byte(secret, 2)), substr(secret, 4, 8),
            CASE mode WHEN 3 THEN get_byte(secret, 11) ELSE 0 END,
            @extschema@._pgkeel_pgcrypto_pgp_key_size(cipher)),
          substr(secret, place + 1, 16), 'cfb', true);
      ELSIF usage <> 0 THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Corrupt key packet');
      END IF;
      SELECT * INTO parts FROM @extschema@._pgkeel_pgcrypto_mpis(secret, 0, CASE algorithm WHEN 16 THEN 1 ELSE 4 END);
      IF parts.numbers IS NULL THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
      END IF;
      secret_part := parts.numbers;
      FOR i IN 0 .. parts.place - 1 LOOP
        sum := (sum + get_byte(secret, i)) & 65535;
      END LOOP;
      IF substr(secret, parts.place + 1) <> (CASE usage
        WHEN 254 THEN @extschema@._pgkeel_pgcrypto_sha1(substr(secret, 1, parts.place))
        ELSE substr(int4send(sum), 3) END) THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
      END IF;
    ELSIF packet.tag NOT IN (2, 10, 12, 13, 17, 61) THEN
      PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Unexpected packet in key data');
    END IF;
  END LOOP;
  IF subkeys = 0 THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('No encryption key found');
  END IF;
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_pub_encrypt(data bytea, key_data bytea, kind text, args text)
RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  options CONSTANT jsonb := @extschema@._pgkeel_pgcrypto_pgp_options(args);
  cipher CONSTANT int := @extschema@._pgkeel_pgcrypto_pgp_cipher(options ->> 'cipher-algo');
  session CONSTANT bytea := @extschema@.gen_random_bytes(@extschema@._pgkeel_pgcrypto_pgp_key_size(cipher));
  key record;
  modulus numeric;
  padding bytea := '';
  random bytea;
  sum int := 0;
  secret numeric;
  body bytea;
BEGIN
  SELECT * INTO key FROM @extschema@._pgkeel_pgcrypto_pgp_key(key_data, NULL, 'public');
  FOR i IN 0 .. length(session) - 1 LOOP
    sum := (sum + get_byte(session, i)) & 65535;
  END LOOP;
  -- EME-PKCS1-v1_5 (RFC 4880, section 13.1.1): random bytes, none of them zero, fill up to the modulus.
  WHILE length(padding) < length(key.open_part[1]) - length(session) - 6 LOOP
    random := @extschema@.gen_random_bytes(1);
    padding := padding || CASE WHEN random = '\x00' THEN '' ELSE random END;
  END LOOP;
  secret := @extschema@._pgkeel_pgcrypto_number('\x02'::bytea || padding || '\x00'::bytea
    || substr(int4send(cipher), 4) || session || substr(int4send(sum), 3));
  modulus := @extschema@._pgkeel_pgcrypto_number(key.open_part[1]);
  IF key.algorithm = 16 THEN
    random := @extschema@.gen_random_bytes(48);
    body := @extschema@._pgkeel_pgcrypto_mpi(@extschema@._pgkeel_pgcrypto_power(
        @extschema@._pgkeel_pgcrypto_number(key.open_part[2]), random, modulus))
      || @extschema@._pgkeel_pgcrypto_mpi(secret * @extschema@._pgkeel_pgcrypto_power(
        @extschema@._pgkeel_pgcrypto_number(key.open_part[3]), random, modulus) % modulus);
  ELSE
    body := @extschema@._pgkeel_pgcrypto_mpi(@extschema@._pgkeel_pgcrypto_power(secret, key.open_part[2], modulus));
  END IF;
  RETURN @extschema@._pgkeel_pgcrypto_pgp_packet(1, '\x03'::bytea || key.id || substr(int4send(key.algorithm), 4) || body)
    || @extschema@._pgkeel_pgcrypto_pgp_seal(
      @extschema@._pgkeel_pgcrypto_pgp_literal(data, kind, options), session, options ->> 'disable-mdc' <> '1');
END
$$;

-- The session key in the number that a public key has encrypted; NULL when it is not well formed.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_session(padded bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  zero CONSTANT int := position('\x00'::bytea IN padded);
  content CONSTANT bytea := substr(padded, zero + 1);
  size CONSTANT int := length(content) - 3;
  sum int := 0;
BEGIN
  IF substr(padded, 1, 1) <> '\x02' OR zero < 10 OR size < 16 THEN
    RETURN NULL;
  END IF;
  FOR i IN 1 .. size LOOP
    sum := (sum + get_byte(content, i)) & 65535;
  END LOOP;
  IF substr(content, size + 2) <> substr(int4send(sum), 3)
    OR size <> @extschema@._pgkeel_pgcrypto_pgp_key_size(get_byte(content, 0)) THEN
    RETURN NULL;
  END IF;
  RETURN substr(content, 2, size);
END
$$;

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pgp_pub_decrypt(
  message bytea, key_data bytea, password text, as_text boolean, args text)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  options CONSTANT jsonb := @extschema@._pgkeel_pgcrypto_pgp_options(args);
  key record;
  packet record;
  parts record;
  modulus numeric;
  secret numeric;
  session bytea;
  refusal text := 'Wrong key or corrupt data';
BEGIN
  SELECT * INTO key FROM @extschema@._pgkeel_pgcrypto_pgp_key(key_data, password, 'secret');
  modulus := @extschema@._pgkeel_pgcrypto_number(key.open_part[1]);
  FOR packet IN SELECT * FROM @extschema@._pgkeel_pgcrypto_pgp_packets(message) LOOP
    IF packet.tag = 1 AND length(packet.body) > 10 THEN
      refusal := 'Wrong key';
      CONTINUE WHEN substr(packet.body, 2, 8) NOT IN (key.id, '\x0000000000000000');
      SELECT * INTO parts FROM @extschema@._pgkeel_pgcrypto_mpis(
        packet.body, 10, CASE key.algorithm WHEN 16 THEN 2 ELSE 1 END);
      IF parts.numbers IS NULL OR get_byte(packet.body, 9) <> key.algorithm THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
      END IF;
      secret := @extschema@._pgkeel_pgcrypto_number(parts.numbers[1]);
      IF key.algorithm = 16 THEN
        -- Dividing by c1^x is multiplying by c1^(p - 1 - x), by Fermat's little theorem.
        secret := @extschema@._pgkeel_pgcrypto_number(parts.numbers[2]) * @extschema@._pgkeel_pgcrypto_power(secret,
          @extschema@._pgkeel_pgcrypto_bytes(modulus - 1 - @extschema@._pgkeel_pgcrypto_number(key.secret_part[1])),
          modulus) % modulus;
      ELSE
        secret := @extschema@._pgkeel_pgcrypto_power(secret, key.secret_part[1], modulus);
      END IF;
      session := @extschema@._pgkeel_pgcrypto_pgp_session(@extschema@._pgkeel_pgcrypto_bytes(secret));
      IF session IS NULL THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Wrong key or corrupt data');
      END IF;
    ELSIF packet.tag IN (9, 18) THEN
      EXIT WHEN session IS NULL;
      RETURN @extschema@._pgkeel_pgcrypto_pgp_open(
        @extschema@._pgkeel_pgcrypto_pgp_unseal(packet.tag, packet.body, session), as_text, options);
    END IF;
  END LOOP;
  PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail(refusal);
END
$$;

CREATE FUNCTION @extschema@.pgp_key_id(bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  packet record;
  id bytea;
  by_password boolean := false;
  is_key boolean := false;
BEGIN
  FOR packet IN SELECT * FROM @extschema@._pgkeel_pgcrypto_pgp_packets($1) LOOP
    is_key := is_key OR packet.tag IN (5, 6, 7, 14);
    by_password := by_password OR packet.tag = 3;
    IF packet.tag = 1 AND length(packet.body) > 10 THEN
      id := substr(packet.body, 2, 8);
    END IF;
  END LOOP;
  IF is_key THEN
    id := (@extschema@._pgkeel_pgcrypto_pgp_key($1, NULL, '')).id;
  ELSIF id IS NULL AND by_password THEN
    RETURN 'SYMKEY';
  ELSIF id IS NULL THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('No encryption key found');
  END IF;
  RETURN CASE WHEN id = '\x0000000000000000' THEN 'ANYKEY' ELSE upper(encode(id, 'hex')) END;
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_encrypt(text, bytea, text) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_encrypt(convert_to($1, 'UTF8'), $2, 't', $3);

CREATE FUNCTION @extschema@.pgp_pub_encrypt(text, bytea) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_encrypt(convert_to($1, 'UTF8'), $2, 't', '');

CREATE FUNCTION @extschema@.pgp_pub_encrypt_bytea(bytea, bytea, text) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_encrypt($1, $2, 'b', $3);

CREATE FUNCTION @extschema@.pgp_pub_encrypt_bytea(bytea, bytea) RETURNS bytea
LANGUAGE sql STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_encrypt($1, $2, 'b', '');

CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(@extschema@._pgkeel_pgcrypto_pgp_pub_decrypt($1, $2, NULL, true, ''), 'UTF8');

CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea, text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(@extschema@._pgkeel_pgcrypto_pgp_pub_decrypt($1, $2, $3, true, ''), 'UTF8');

CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea, text, text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(@extschema@._pgkeel_pgcrypto_pgp_pub_decrypt($1, $2, $3, true, $4), 'UTF8');

CREATE FUNCTION @extschema@.pgp_pub_decrypt_bytea(bytea, bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_decrypt($1, $2, NULL, false, '');

CREATE FUNCTION @extschema@.pgp_pub_decrypt_bytea(bytea, bytea, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_decrypt($1, $2, $3, false, '');

CREATE FUNCTION @extschema@.pgp_pub_decrypt_bytea(bytea, bytea, text, text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN @extschema@._pgkeel_pgcrypto_pgp_pub_decrypt($1, $2, $3, false, $4);
