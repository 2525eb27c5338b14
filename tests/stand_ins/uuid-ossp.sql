SELECT uuid_nil(), uuid_ns_dns(), uuid_ns_url(), uuid_ns_oid(), uuid_ns_x500();
SELECT uuid_generate_v3(encode(noise(i, 'namespace', 16), 'hex')::uuid, encode(noise(i, 'name', i), 'base64') || 'ä€') FROM generate_series(0, 300) AS i;
SELECT uuid_generate_v5(encode(noise(i, 'namespace', 16), 'hex')::uuid, encode(noise(i, 'name', i), 'base64') || 'ä€') FROM generate_series(0, 300) AS i;
SELECT uuid_generate_v5(uuid_ns_dns(), NULL), uuid_generate_v3(NULL, 'x');
