-- AES (FIPS 197) in the usual form of four tables, which join the substitution with the mixing of columns.

-- Multiplication in the field of 256 elements that AES is built on.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_aes_times(a int, b int) RETURNS int
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  product int := 0;
BEGIN
  WHILE b > 0 LOOP
    IF b & 1 = 1 THEN
      product := product # a;
    END IF;
    a := (a << 1) # CASE WHEN a > 127 THEN 283 ELSE 0 END;
    b := b >> 1;
  END LOOP;
  RETURN product;
END
$$;

-- 1 .. 1024 the four tables of a direction, 1025 .. 1280 its substitution box, 1281 .. 1536 that of encryption.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_aes_tables(decrypts boolean) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  tables bigint[] := array_fill(0::bigint, ARRAY[1536]);
  p int := 1;
  q int := 1;
  s int;
  t bigint;
BEGIN
  -- p runs through the field as powers of 3, q through the inverses.
  LOOP
    p := @extschema@._pgkeel_pgcrypto_aes_times(p, 3);
    q := @extschema@._pgkeel_pgcrypto_aes_times(q, 246);
    s := q # (q << 1) # (q << 2) # (q << 3) # (q << 4);
    tables[1281 + p] := ((s # (s >> 8)) & 255) # 99;
    EXIT WHEN p = 1;
  END LOOP;
  tables[1281] := 99;
  FOR x IN 0 .. 255 LOOP
    IF decrypts THEN
      tables[1025 + tables[1281 + x]] := x;
    ELSE
      tables[1025 + x] := tables[1281 + x];
    END IF;
  END LOOP;
  FOR x IN 0 .. 255 LOOP
    s := tables[1025 + x];
    IF decrypts THEN
      t := (@extschema@._pgkeel_pgcrypto_aes_times(s, 14)::bigint << 24)
        | (@extschema@._pgkeel_pgcrypto_aes_times(s, 9) << 16)
        | (@extschema@._pgkeel_pgcrypto_aes_times(s, 13) << 8)
        | @extschema@._pgkeel_pgcrypto_aes_times(s, 11);
    ELSE
      t := (@extschema@._pgkeel_pgcrypto_aes_times(s, 2)::bigint << 24) | (s << 16) | (s << 8)
        | @extschema@._pgkeel_pgcrypto_aes_times(s, 3);
    END IF;
    FOR row_number IN 0 .. 3 LOOP
      tables[1 + row_number * 256 + x] := t;
      t := (t >> 8) | ((t & 255) << 24);
    END LOOP;
  END LOOP;
  RETURN tables;
END
$$;

-- The round keys of a key of 16, 24 or 32 bytes, in the order in which the direction uses them.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_aes_keys(key bytea, tables bigint[], decrypts boolean) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  m CONSTANT bigint := 4294967295;
  size CONSTANT int := length(key) / 4;
  rounds CONSTANT int := size + 6;
  w bigint[] := array_fill(0::bigint, ARRAY[4 * (rounds + 1)]);
  reversed bigint[] := w;
  factor bigint := 1;
  t bigint;
BEGIN
  FOR i IN 0 .. 4 * rounds + 3 LOOP
    IF i < size THEN
      w[i + 1] := ('x' || encode(substr(key, i * 4 + 1, 4), 'hex'))::bit(32)::bigint;
      CONTINUE;
    END IF;
    t := w[i];
    IF i % size = 0 THEN
      t := ((t << 8) | (t >> 24)) & m;
    END IF;
    IF i % size = 0 OR (size > 6 AND i % size = 4) THEN
      t := (tables[1281 + (t >> 24)] << 24) | (tables[1281 + ((t >> 16) & 255)] << 16)
        | (tables[1281 + ((t >> 8) & 255)] << 8) | tables[1281 + (t & 255)];
    END IF;
    IF i % size = 0 THEN
      t := t # (factor << 24);
      factor := @extschema@._pgkeel_pgcrypto_aes_times(factor::int, 2);
    END IF;
    w[i + 1] := w[i + 1 - size] # t;
  END LOOP;
  IF NOT decrypts THEN
    RETURN w;
  END IF;
  FOR i IN 0 .. 4 * rounds + 3 LOOP
    t := w[(rounds - i / 4) * 4 + i % 4 + 1];
    IF i / 4 BETWEEN 1 AND rounds - 1 THEN
      t := tables[1 + tables[1281 + (t >> 24)]] # tables[257 + tables[1281 + ((t >> 16) & 255)]]
        # tables[513 + tables[1281 + ((t >> 8) & 255)]] # tables[769 + tables[1281 + (t & 255)]];
    END IF;
    reversed[i + 1] := t;
  END LOOP;
  RETURN reversed;
END
$$;

-- Whole blocks in mode ecb or cbc, or any number of bytes in mode cfb (in which both directions encrypt).
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_aes(data bytea, key bytea, iv bytea, mode text, decrypts boolean)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  backwards CONSTANT boolean := decrypts AND mode <> 'cfb';
  te CONSTANT bigint[] := CASE WHEN backwards
    THEN @extschema@._pgkeel_pgcrypto_aes_tables(true) ELSE @extschema@._pgkeel_pgcrypto_aes_tables(false) END;
  k CONSTANT bigint[] := @extschema@._pgkeel_pgcrypto_aes_keys(key, te, backwards);
  last CONSTANT int := cardinality(k) - 4;
  input CONSTANT bytea := data || decode(repeat('00', (16 - length(data) % 16) % 16), 'hex');
  v bigint[];
  x bigint[];
  s0 bigint;
  s1 bigint;
  s2 bigint;
  s3 bigint;
  t0 bigint;
  t1 bigint;
  t2 bigint;
  t3 bigint;
  parts bytea[] := '{}';
BEGIN
  v := ARRAY(SELECT ('x' || encode(substr(iv, i * 4 + 1, 4), 'hex'))::bit(32)::bigint
    FROM generate_series(0, 3) AS i ORDER BY i);
  FOR block IN 0 .. length(input) / 16 - 1 LOOP
    t0 := ('x' || encode(substr(input, block * 16 + 1, 8), 'hex'))::bit(64)::bigint;
    t1 := ('x' || encode(substr(input, block * 16 + 9, 8), 'hex'))::bit(64)::bigint;
    x := ARRAY[(t0 >> 32) & 4294967295, t0 & 4294967295, (t1 >> 32) & 4294967295, t1 & 4294967295];
    IF mode = 'cfb' THEN
      s0 := v[1]; s1 := v[2]; s2 := v[3]; s3 := v[4];
    ELSIF mode = 'cbc' AND NOT backwards THEN
      s0 := x[1] # v[1]; s1 := x[2] # v[2]; s2 := x[3] # v[3]; s3 := x[4] # v[4];
    ELSE
      s0 := x[1]; s1 := x[2]; s2 := x[3]; s3 := x[4];
    END IF;
    s0 := s0 # k[1]; s1 := s1 # k[2]; s2 := s2 # k[3]; s3 := s3 # k[4];
    IF backwards THEN
      FOR i IN 5 .. last - 3 BY 4 LOOP
        t0 := te[1 + (s0 >> 24)] # te[257 + ((s3 >> 16) & 255)] # te[513 + ((s2 >> 8) & 255)] # te[769 + (s1 & 255)] # k[i];
        t1 := te[1 + (s1 >> 24)] # te[257 + ((s0 >> 16) & 255)] # te[513 + ((s3 >> 8) & 255)] # te[769 + (s2 & 255)] # k[i + 1];
        t2 := te[1 + (s2 >> 24)] # te[257 + ((s1 >> 16) & 255)] # te[513 + ((s0 >> 8) & 255)] # te[769 + (s3 & 255)] # k[i + 2];
        s3 := te[1 + (s3 >> 24)] # te[257 + ((s2 >> 16) & 255)] # te[513 + ((s1 >> 8) & 255)] # te[769 + (s0 & 255)] # k[i + 3];
        s0 := t0; s1 := t1; s2 := t2;
      END LOOP;
      t0 := s1; s1 := s3; s3 := t0;
    ELSE
      FOR i IN 5 .. last - 3 BY 4 LOOP
        t0 := te[1 + (s0 >> 24)] # te[257 + ((s1 >> 16) & 255)] # te[513 + ((s2 >> 8) & 255)] # te[769 + (s3 & 255)] # k[i];
        t1 := te[1 + (s1 >> 24)] # te[257 + ((s2 >> 16) & 255)] # te[513 + ((s3 >> 8) & 255)] # te[769 + (s0 & 255)] # k[i + 1];
        t2 := te[1 + (s2 >> 24)] # te[257 + ((s3 >> 16) & 255)] # te[513 + ((s0 >> 8) & 255)] # te[769 + (s1 & 255)] # k[i + 2];
        s3 := te[1 + (s3 >> 24)] # te[257 + ((s0 >> 16) & 255)] # te[513 + ((s1 >> 8) & 255)] # te[769 + (s2 & 255)] # k[i + 3];
        s0 := t0; s1 := t1; s2 := t2;
      END LOOP;
    END IF;
    -- The last round does not mix. When decrypting, columns 1 and 3 have changed places above, and do so again below.
    t0 := (te[1025 + (s0 >> 24)] << 24) | (te[1025 + ((s1 >> 16) & 255)] << 16) | (te[1025 + ((s2 >> 8) & 255)] << 8) | te[1025 + (s3 & 255)];
    t1 := (te[1025 + (s1 >> 24)] << 24) | (te[1025 + ((s2 >> 16) & 255)] << 16) | (te[1025 + ((s3 >> 8) & 255)] << 8) | te[1025 + (s0 & 255)];
    t2 := (te[1025 + (s2 >> 24)] << 24) | (te[1025 + ((s3 >> 16) & 255)] << 16) | (te[1025 + ((s0 >> 8) & 255)] << 8) | te[1025 + (s1 & 255)];
    t3 := (te[1025 + (s3 >> 24)] << 24) | (te[1025 + ((s0 >> 16) & 255)] << 16) | (te[1025 + ((s1 >> 8) & 255)] << 8) | te[1025 + (s2 & 255)];
    IF backwards THEN
      s0 := t1; t1 := t3; t3 := s0;
    END IF;
    t0 := t0 # k[last + 1]; t1 := t1 # k[last + 2]; t2 := t2 # k[last + 3]; t3 := t3 # k[last + 4];
    IF mode = 'cfb' THEN
      t0 := t0 # x[1]; t1 := t1 # x[2]; t2 := t2 # x[3]; t3 := t3 # x[4];
      v := CASE WHEN decrypts THEN x ELSE ARRAY[t0, t1, t2, t3] END;
    ELSIF mode = 'cbc' AND backwards THEN
      t0 := t0 # v[1]; t1 := t1 # v[2]; t2 := t2 # v[3]; t3 := t3 # v[4];
      v := x;
    ELSIF mode = 'cbc' THEN
      v := ARRAY[t0, t1, t2, t3];
    END IF;
    parts := parts || (int8send((t0 << 32) | t1) || int8send((t2 << 32) | t3));
  END LOOP;
  RETURN substr((SELECT coalesce(string_agg(part, '' ORDER BY place), '')
    FROM unnest(parts) WITH ORDINALITY AS u(part, place)), 1, length(data));
END
$$;

