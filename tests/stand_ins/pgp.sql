SELECT pgp_sym_decrypt('abc', 'k');
SELECT pgp_sym_decrypt(pgp_sym_encrypt('a', 'right'), 'wrong');
SELECT pgp_sym_decrypt(pgp_sym_encrypt_bytea('a', 'k'), 'k');
SELECT pgp_sym_encrypt('a', 'b', 'foo=1');
SELECT pgp_sym_encrypt('a', 'b', 'cipher-algo=foo');
SELECT pgp_sym_encrypt('a', 'b', 's2k-mode=2');
SELECT pgp_sym_encrypt(NULL, 'b');
SELECT pgp_sym_encrypt('a', 'b', 'compress-algo=7');
