-- Stand-in of pgkeel for uuid-ossp 1.1, written in SQL: the same functions with the same results.

-- A UUID of 16 bytes with its version and RFC 4122's variant written into it.
CREATE FUNCTION @extschema@._pgkeel_uuid_ossp_stamp(bytes bytea, version int) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(
  set_byte(set_byte(substr(bytes, 1, 16), 6, (get_byte(bytes, 6) & 15) | (version << 4)),
    8, (get_byte(bytes, 8) & 63) | 128), 'hex')::uuid;

CREATE FUNCTION @extschema@.uuid_nil() RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE RETURN '00000000-0000-0000-0000-000000000000'::uuid;

CREATE FUNCTION @extschema@.uuid_ns_dns() RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE RETURN '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION @extschema@.uuid_ns_url() RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE RETURN '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION @extschema@.uuid_ns_oid() RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE RETURN '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION @extschema@.uuid_ns_x500() RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE RETURN '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

-- Six random bytes with the multicast bit, which RFC 4122 (section 4.5) asks for where no network card's address is
-- used, and the local bit, which the real uuid-ossp sets too.
CREATE FUNCTION @extschema@._pgkeel_uuid_ossp_node() RETURNS bytea
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN (SELECT set_byte(node, 0, get_byte(node, 0) | 3) FROM substr(uuid_send(gen_random_uuid()), 11) AS node);

-- A time-based UUID. The clock sequence is chosen once per session, and so is the node unless one is given (the engine
-- cannot see a network card); a time never repeats within a session, however coarse the clock.
CREATE FUNCTION @extschema@._pgkeel_uuid_ossp_v1(node bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE PARALLEL SAFE AS $$
DECLARE
  state text := current_setting('pgkeel.uuid_ossp', true);
  own bytea;
  sequence int;
  -- 100 ns since 1582-10-15; PostgreSQL's clock counts microseconds.
  ticks bigint := (extract(epoch FROM clock_timestamp()) * 10000000)::bigint + 122192928000000000;
BEGIN
  IF coalesce(state, '') = '' THEN
    own := @extschema@._pgkeel_uuid_ossp_node();
    sequence := get_byte(uuid_send(gen_random_uuid()), 0) * 64 + (get_byte(uuid_send(gen_random_uuid()), 0) & 63);
  ELSE
    own := decode(split_part(state, ' ', 1), 'hex');
    sequence := split_part(state, ' ', 2)::int;
    ticks := greatest(ticks, split_part(state, ' ', 3)::bigint + 1);
  END IF;
  PERFORM set_config('pgkeel.uuid_ossp', encode(own, 'hex') || ' ' || sequence || ' ' || ticks, false);
  RETURN @extschema@._pgkeel_uuid_ossp_stamp(
    substr(int8send(ticks), 5, 4) || substr(int8send(ticks), 3, 2) || substr(int8send(ticks), 1, 2)
    || substr(int4send(sequence), 3, 2) || coalesce(node, own), 1);
END
$$;

CREATE FUNCTION @extschema@.uuid_generate_v1() RETURNS uuid
VOLATILE STRICT LANGUAGE sql PARALLEL SAFE RETURN @extschema@._pgkeel_uuid_ossp_v1(NULL);

CREATE FUNCTION @extschema@.uuid_generate_v1mc() RETURNS uuid
VOLATILE STRICT LANGUAGE sql PARALLEL SAFE
RETURN @extschema@._pgkeel_uuid_ossp_v1(@extschema@._pgkeel_uuid_ossp_node());

CREATE FUNCTION @extschema@.uuid_generate_v3(namespace uuid, name text) RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE
RETURN @extschema@._pgkeel_uuid_ossp_stamp(
  decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3);

CREATE FUNCTION @extschema@.uuid_generate_v4() RETURNS uuid
VOLATILE STRICT LANGUAGE sql PARALLEL SAFE RETURN gen_random_uuid();

CREATE FUNCTION @extschema@.uuid_generate_v5(namespace uuid, name text) RETURNS uuid
IMMUTABLE STRICT LANGUAGE sql PARALLEL SAFE
RETURN @extschema@._pgkeel_uuid_ossp_stamp(
  @extschema@._pgkeel_uuid_ossp_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 5);
