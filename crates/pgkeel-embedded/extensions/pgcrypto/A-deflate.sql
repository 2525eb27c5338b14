-- DEFLATE (RFC 1951), for OpenPGP's compressed packets: reading all of it, writing without making anything smaller.

-- Huffman codes from their lengths: how many there are of each length (1 .. 16, for lengths 0 .. 15; the first does not count), then the symbols
-- in the order of their codes.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_huffman(lengths int[]) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT count(u.bits)::int
    FROM generate_series(0, 15) AS size LEFT JOIN unnest(lengths) AS u(bits) ON u.bits = size
    GROUP BY size ORDER BY size)
  || ARRAY(SELECT place::int - 1 FROM unnest(lengths) WITH ORDINALITY AS u(bits, place)
    WHERE bits > 0 ORDER BY bits, place);

CREATE FUNCTION @extschema@._pgkeel_pgcrypto_inflate(data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  -- What is read behind the end is zero, and noticed by the place.
  d CONSTANT bytea := data || '\x0000000000000000'::bytea;
  ends CONSTANT int := length(data) * 8;
  length_base CONSTANT int[] := '{3,4,5,6,7,8,9,10,11,13,15,17,19,23,27,31,35,43,51,59,67,83,99,115,131,163,195,227,258}';
  length_bits CONSTANT int[] := '{0,0,0,0,0,0,0,0,1,1,1,1,2,2,2,2,3,3,3,3,4,4,4,4,5,5,5,5,0}';
  distance_base CONSTANT int[] := '{1,2,3,4,5,7,9,13,17,25,33,49,65,97,129,193,257,385,513,769,1025,1537,2049,3073,4097,6145,8193,12289,16385,24577}';
  distance_bits CONSTANT int[] := '{0,0,0,0,1,1,2,2,3,3,4,4,5,5,6,6,7,7,8,8,9,9,10,10,11,11,12,12,13,13}';
  length_order CONSTANT int[] := '{16,17,18,0,8,7,9,6,10,5,11,4,12,3,13,2,14,1,15}';
  place int := 0;
  output bytea := '';
  final boolean := false;
  kind int;
  size int;
  literals int[];
  distances int[];
  table_now int[];
  lengths int[];
  wanted int;
  first_part int;
  code int;
  first int;
  index int;
  symbol int;
  copied int;
  back int;
BEGIN
  WHILE NOT final LOOP
    final := (get_byte(d, place / 8) >> (place % 8)) & 1 = 1;
    kind := ((get_byte(d, (place + 1) / 8) | (get_byte(d, (place + 1) / 8 + 1) << 8)) >> ((place + 1) % 8)) & 3;
    place := place + 3;
    IF kind = 0 THEN
      place := (place + 7) / 8 * 8;
      EXIT WHEN place + 32 > ends;
      size := get_byte(d, place / 8) | (get_byte(d, place / 8 + 1) << 8);
      place := place + 32;
      EXIT WHEN place + size * 8 > ends;
      output := output || substr(d, place / 8 + 1, size);
      place := place + size * 8;
      CONTINUE;
    ELSIF kind = 1 THEN
      literals := @extschema@._pgkeel_pgcrypto_huffman(array_fill(8, ARRAY[144]) || array_fill(9, ARRAY[112])
        || array_fill(7, ARRAY[24]) || array_fill(8, ARRAY[8]));
      distances := @extschema@._pgkeel_pgcrypto_huffman(array_fill(5, ARRAY[30]));
      wanted := 0;
    ELSIF kind = 2 THEN
      EXIT WHEN place + 14 > ends;
      size := ((get_byte(d, place / 8) | (get_byte(d, place / 8 + 1) << 8) | (get_byte(d, place / 8 + 2) << 16))
        >> (place % 8)) & 16383;
      place := place + 14;
      first_part := (size & 31) + 257;
      wanted := first_part + ((size >> 5) & 31) + 1;
      lengths := array_fill(0, ARRAY[19]);
      FOR i IN 1 .. (size >> 10) + 4 LOOP
        lengths[length_order[i] + 1] :=
          ((get_byte(d, place / 8) | (get_byte(d, place / 8 + 1) << 8)) >> (place % 8)) & 7;
        place := place + 3;
        EXIT WHEN place > ends;
      END LOOP;
      -- The lengths of the two codes are themselves written in a code, which is read by the loop below.
      literals := @extschema@._pgkeel_pgcrypto_huffman(lengths);
      lengths := '{}';
    ELSE
      EXIT;
    END IF;
    table_now := literals;
    LOOP
      code := 0;
      first := 0;
      index := 0;
      symbol := NULL;
      FOR bits IN 1 .. 15 LOOP
        code := code | ((get_byte(d, place / 8) >> (place % 8)) & 1);
        place := place + 1;
        size := table_now[bits + 1];
        IF code - size < first THEN
          symbol := table_now[17 + index + code - first];
          EXIT;
        END IF;
        index := index + size;
        first := (first + size) << 1;
        code := code << 1;
        EXIT WHEN place > ends;
      END LOOP;
      IF symbol IS NULL OR place > ends THEN
        PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Compression error');
      END IF;
      size := (get_byte(d, place / 8) | (get_byte(d, place / 8 + 1) << 8) | (get_byte(d, place / 8 + 2) << 16))
        >> (place % 8);
      IF wanted > 0 THEN
        -- Reading lengths: 16 repeats the last, 17 and 18 are runs of zeros.
        IF symbol < 16 THEN
          lengths := lengths || symbol;
        ELSIF symbol = 16 AND cardinality(lengths) > 0 THEN
          lengths := lengths || array_fill(lengths[cardinality(lengths)], ARRAY[3 + (size & 3)]);
          place := place + 2;
        ELSIF symbol = 17 THEN
          lengths := lengths || array_fill(0, ARRAY[3 + (size & 7)]);
          place := place + 3;
        ELSE
          lengths := lengths || array_fill(0, ARRAY[11 + (size & 127)]);
          place := place + 7;
        END IF;
        IF cardinality(lengths) >= wanted THEN
          literals := @extschema@._pgkeel_pgcrypto_huffman(lengths[:first_part]);
          distances := @extschema@._pgkeel_pgcrypto_huffman(lengths[first_part + 1:wanted]);
          table_now := literals;
          wanted := 0;
        END IF;
      ELSIF copied IS NOT NULL THEN
        -- The second half of a copy: how far back.
        EXIT WHEN symbol > 29;
        back := distance_base[symbol + 1] + (size & ((1 << distance_bits[symbol + 1]) - 1));
        place := place + distance_bits[symbol + 1];
        IF back > length(output) THEN
          PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Compression error');
        END IF;
        -- What is copied may reach into itself.
        output := output || substr(decode(repeat(encode(substr(output, length(output) - back + 1, least(back, copied)), 'hex'),
          copied / back + 1), 'hex'), 1, copied);
        copied := NULL;
        table_now := literals;
      ELSIF symbol < 256 THEN
        output := output || substr(int4send(symbol), 4);
      ELSE
        EXIT WHEN symbol = 256 OR symbol > 285;
        copied := length_base[symbol - 256] + (size & ((1 << length_bits[symbol - 256]) - 1));
        place := place + length_bits[symbol - 256];
        table_now := distances;
      END IF;
    END LOOP;
    IF symbol <> 256 THEN
      PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Compression error');
    END IF;
  END LOOP;
  IF NOT final OR place > ends THEN
    PERFORM @extschema@._pgkeel_pgcrypto_pgp_fail('Compression error');
  END IF;
  RETURN output;
END
$$;

-- Blocks that are stored as they are, which every reader takes for compressed.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_deflate(data bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(
    CASE WHEN start + 65535 >= length(data) THEN '\x01'::bytea ELSE '\x00'::bytea END
    || substr(int4send(size), 4) || substr(int4send(size >> 8), 4)
    || substr(int4send(~size), 4) || substr(int4send(~size >> 8), 4) || substr(data, start + 1, size), '' ORDER BY start)
  FROM generate_series(0, greatest(length(data) - 1, 0), 65535) AS start,
    LATERAL (SELECT least(65535, length(data) - start)) AS part(size));

-- The checksum of the ZLIB format (RFC 1950).
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_adler32(data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  a bigint := 1;
  b bigint := 0;
BEGIN
  FOR i IN 0 .. length(data) - 1 LOOP
    a := (a + get_byte(data, i)) % 65521;
    b := (b + a) % 65521;
  END LOOP;
  RETURN substr(int8send((b << 16) | a), 5);
END
$$;

