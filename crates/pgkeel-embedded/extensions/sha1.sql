-- SHA-1 (FIPS 180-4, section 6.1), which PostgreSQL does not have built in. Words are 32 bits in a bigint. Five rounds
-- are written out per turn of a loop, so that the five working variables change their roles instead of their values.
CREATE FUNCTION @extschema@._pgkeel_@owner@_sha1(data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  m CONSTANT bigint := 4294967295;
  size CONSTANT bigint := length(data);
  padded CONSTANT bytea := data || '\x80'::bytea
    || decode(repeat('00', ((119 - size % 64) % 64)::int), 'hex') || int8send(size * 8);
  h0 bigint := 1732584193;
  h1 bigint := 4023233417;
  h2 bigint := 2562383102;
  h3 bigint := 271733878;
  h4 bigint := 3285377520;
  a bigint;
  b bigint;
  c bigint;
  d bigint;
  e bigint;
  t bigint;
  w bigint[];
  p int;
BEGIN
  FOR block IN 0 .. length(padded) / 64 - 1 LOOP
    w := array_fill(0::bigint, ARRAY[80]);
    FOR i IN 1 .. 16 LOOP
      p := block * 64 + i * 4;
      w[i] := (get_byte(padded, p - 4)::bigint << 24) | (get_byte(padded, p - 3) << 16)
        | (get_byte(padded, p - 2) << 8) | get_byte(padded, p - 1);
    END LOOP;
    FOR i IN 17 .. 80 LOOP
      t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
      w[i] := ((t << 1) | (t >> 31)) & m;
    END LOOP;
    a := h0; b := h1; c := h2; d := h3; e := h4;
    FOR i IN 1 .. 20 BY 5 LOOP
      e := (((a << 5) | (a >> 27)) + (d # (b & (c # d))) + e + 1518500249 + w[i]) & m; b := ((b << 30) | (b >> 2)) & m;
      d := (((e << 5) | (e >> 27)) + (c # (a & (b # c))) + d + 1518500249 + w[i + 1]) & m; a := ((a << 30) | (a >> 2)) & m;
      c := (((d << 5) | (d >> 27)) + (b # (e & (a # b))) + c + 1518500249 + w[i + 2]) & m; e := ((e << 30) | (e >> 2)) & m;
      b := (((c << 5) | (c >> 27)) + (a # (d & (e # a))) + b + 1518500249 + w[i + 3]) & m; d := ((d << 30) | (d >> 2)) & m;
      a := (((b << 5) | (b >> 27)) + (e # (c & (d # e))) + a + 1518500249 + w[i + 4]) & m; c := ((c << 30) | (c >> 2)) & m;
    END LOOP;
    FOR i IN 21 .. 40 BY 5 LOOP
      e := (((a << 5) | (a >> 27)) + (b # c # d) + e + 1859775393 + w[i]) & m; b := ((b << 30) | (b >> 2)) & m;
      d := (((e << 5) | (e >> 27)) + (a # b # c) + d + 1859775393 + w[i + 1]) & m; a := ((a << 30) | (a >> 2)) & m;
      c := (((d << 5) | (d >> 27)) + (e # a # b) + c + 1859775393 + w[i + 2]) & m; e := ((e << 30) | (e >> 2)) & m;
      b := (((c << 5) | (c >> 27)) + (d # e # a) + b + 1859775393 + w[i + 3]) & m; d := ((d << 30) | (d >> 2)) & m;
      a := (((b << 5) | (b >> 27)) + (c # d # e) + a + 1859775393 + w[i + 4]) & m; c := ((c << 30) | (c >> 2)) & m;
    END LOOP;
    FOR i IN 41 .. 60 BY 5 LOOP
      e := (((a << 5) | (a >> 27)) + ((b & c) | (d & (b | c))) + e + 2400959708 + w[i]) & m; b := ((b << 30) | (b >> 2)) & m;
      d := (((e << 5) | (e >> 27)) + ((a & b) | (c & (a | b))) + d + 2400959708 + w[i + 1]) & m; a := ((a << 30) | (a >> 2)) & m;
      c := (((d << 5) | (d >> 27)) + ((e & a) | (b & (e | a))) + c + 2400959708 + w[i + 2]) & m; e := ((e << 30) | (e >> 2)) & m;
      b := (((c << 5) | (c >> 27)) + ((d & e) | (a & (d | e))) + b + 2400959708 + w[i + 3]) & m; d := ((d << 30) | (d >> 2)) & m;
      a := (((b << 5) | (b >> 27)) + ((c & d) | (e & (c | d))) + a + 2400959708 + w[i + 4]) & m; c := ((c << 30) | (c >> 2)) & m;
    END LOOP;
    FOR i IN 61 .. 80 BY 5 LOOP
      e := (((a << 5) | (a >> 27)) + (b # c # d) + e + 3395469782 + w[i]) & m; b := ((b << 30) | (b >> 2)) & m;
      d := (((e << 5) | (e >> 27)) + (a # b # c) + d + 3395469782 + w[i + 1]) & m; a := ((a << 30) | (a >> 2)) & m;
      c := (((d << 5) | (d >> 27)) + (e # a # b) + c + 3395469782 + w[i + 2]) & m; e := ((e << 30) | (e >> 2)) & m;
      b := (((c << 5) | (c >> 27)) + (d # e # a) + b + 3395469782 + w[i + 3]) & m; d := ((d << 30) | (d >> 2)) & m;
      a := (((b << 5) | (b >> 27)) + (c # d # e) + a + 3395469782 + w[i + 4]) & m; c := ((c << 30) | (c >> 2)) & m;
    END LOOP;
    h0 := (h0 + a) & m; h1 := (h1 + b) & m; h2 := (h2 + c) & m; h3 := (h3 + d) & m; h4 := (h4 + e) & m;
  END LOOP;
  RETURN int8send((h0 << 32) | h1) || int8send((h2 << 32) | h3) || substr(int8send(h4), 5);
END
$$;

