-- DES (FIPS 46-3): for crypt's methods des and xdes, and for 3des.

-- Picks bits out of a value of so many bits, the first one being the most significant, as DES's tables count them.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_pick(value bigint, width int, positions int[]) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  picked bigint := 0;
  p int;
BEGIN
  FOREACH p IN ARRAY positions LOOP
    picked := (picked << 1) | ((value >> (width - p)) & 1);
  END LOOP;
  RETURN picked;
END
$$;

-- The eight substitution boxes with the permutation that follows them: 512 words.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_des_boxes() RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  -- Adjacent literals on lines of their own are one literal.
  digits CONSTANT text :=
    'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d'
    'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9'
    'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c'
    '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e'
    '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453'
    'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d'
    '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c'
    'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b';
  words bigint[] := array_fill(0::bigint, ARRAY[512]);
  place int;
BEGIN
  FOR i IN 0 .. 511 LOOP
    -- A box's row is the outer two of the six bits, its column the inner four.
    place := (i / 64) * 64 + (i & 32) + (i & 1) * 16 + ((i >> 1) & 15);
    words[i + 1] := @extschema@._pgkeel_pgcrypto_pick(
      ('x0' || substr(digits, place + 1, 1))::bit(8)::int::bigint << (28 - 4 * (i / 64)), 32,
      '{16,7,20,21,29,12,28,17,1,15,23,26,5,18,31,10,2,8,24,14,32,27,3,9,19,13,30,6,22,11,4,25}');
  END LOOP;
  RETURN words;
END
$$;

-- The sixteen round keys, 48 bits each, of a key of 64 bits whose parity bits do not count.
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_des_keys(key bigint) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  keys bigint[] := '{}';
  halves CONSTANT bigint := @extschema@._pgkeel_pgcrypto_pick(key, 64,
    '{57,49,41,33,25,17,9,1,58,50,42,34,26,18,10,2,59,51,43,35,27,19,11,3,60,52,44,36,63,55,47,39,31,23,15,7,62,54,46,38,30,22,14,6,61,53,45,37,29,21,13,5,28,20,12,4}');
  m CONSTANT bigint := 268435455;
  c bigint := (halves >> 28) & m;
  d bigint := halves & m;
  step int;
BEGIN
  FOREACH step IN ARRAY '{1,1,2,2,2,2,2,2,1,2,2,2,2,2,2,1}'::int[] LOOP
    c := ((c << step) | (c >> (28 - step))) & m;
    d := ((d << step) | (d >> (28 - step))) & m;
    keys := keys || @extschema@._pgkeel_pgcrypto_pick((c << 28) | d, 56,
      '{14,17,11,24,1,5,3,28,15,6,21,10,23,19,12,4,26,8,16,7,27,20,13,2,41,52,31,37,47,55,30,40,51,45,33,48,44,49,39,56,34,53,46,42,50,36,29,32}');
  END LOOP;
  RETURN keys;
END
$$;

-- Encrypts a block so many times; round keys in reverse order decrypt. The salt says which bits of the two halves of
-- the expanded block change places (crypt's own twist; 0 for plain DES).
CREATE FUNCTION @extschema@._pgkeel_pgcrypto_des(
  block bigint, keys bigint[], boxes bigint[], salt bigint, times int) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  m CONSTANT bigint := 4294967295;
  mixed CONSTANT bigint := @extschema@._pgkeel_pgcrypto_pick(block, 64,
    '{58,50,42,34,26,18,10,2,60,52,44,36,28,20,12,4,62,54,46,38,30,22,14,6,64,56,48,40,32,24,16,8,57,49,41,33,25,17,9,1,59,51,43,35,27,19,11,3,61,53,45,37,29,21,13,5,63,55,47,39,31,23,15,7}');
  swapped CONSTANT bigint := @extschema@._pgkeel_pgcrypto_pick(salt, 24,
    '{24,23,22,21,20,19,18,17,16,15,14,13,12,11,10,9,8,7,6,5,4,3,2,1}');
  l bigint := (mixed >> 32) & m;
  r bigint := mixed & m;
  k bigint;
  e bigint;
  f bigint;
BEGIN
  FOR turn IN 1 .. times LOOP
    FOREACH k IN ARRAY keys LOOP
      e := ((r & 1) << 33) | (r << 1) | (r >> 31);
      e := ((e & 16911433728) << 14) | ((e & 1056964608) << 12) | ((e & 66060288) << 10) | ((e & 4128768) << 8)
        | ((e & 258048) << 6) | ((e & 16128) << 4) | ((e & 1008) << 2) | (e & 63);
      f := ((e >> 24) # e) & swapped;
      e := e # f # (f << 24) # k;
      f := l # boxes[1 + (e >> 42)] # boxes[65 + ((e >> 36) & 63)] # boxes[129 + ((e >> 30) & 63)]
        # boxes[193 + ((e >> 24) & 63)] # boxes[257 + ((e >> 18) & 63)] # boxes[321 + ((e >> 12) & 63)]
        # boxes[385 + ((e >> 6) & 63)] # boxes[449 + (e & 63)];
      l := r;
      r := f;
    END LOOP;
    f := l;
    l := r;
    r := f;
  END LOOP;
  RETURN @extschema@._pgkeel_pgcrypto_pick((l << 32) | r, 64,
    '{40,8,48,16,56,24,64,32,39,7,47,15,55,23,63,31,38,6,46,14,54,22,62,30,37,5,45,13,53,21,61,29,36,4,44,12,52,20,60,28,35,3,43,11,51,19,59,27,34,2,42,10,50,18,58,26,33,1,41,9,49,17,57,25}');
END
$$;

