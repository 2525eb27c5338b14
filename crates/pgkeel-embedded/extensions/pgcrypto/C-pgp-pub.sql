-- OpenPGP with public keys: not here, each says so.

CREATE FUNCTION @extschema@.pgp_pub_encrypt(text, bytea) RETURNS bytea
LANGUAGE plpgsql STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_encrypt()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_encrypt(text, bytea, text) RETURNS bytea
LANGUAGE plpgsql STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_encrypt()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_encrypt_bytea(bytea, bytea) RETURNS bytea
LANGUAGE plpgsql STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_encrypt_bytea()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_encrypt_bytea(bytea, bytea, text) RETURNS bytea
LANGUAGE plpgsql STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_encrypt_bytea()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_decrypt()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea, text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_decrypt()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea, text, text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_decrypt()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_decrypt_bytea(bytea, bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_decrypt_bytea()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_decrypt_bytea(bytea, bytea, text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_decrypt_bytea()');
END
$$;

CREATE FUNCTION @extschema@.pgp_pub_decrypt_bytea(bytea, bytea, text, text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_pub_decrypt_bytea()');
END
$$;

CREATE FUNCTION @extschema@.pgp_key_id(bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  PERFORM @extschema@._pgkeel_pgcrypto_missing('pgp_key_id()');
END
$$;
