-- secret: t w o
-- plan has: SET PUBLICATION b, "C" WITH (refresh = false)
-- plan lacks: DROP SUBSCRIPTION kept
CREATE SUBSCRIPTION kept CONNECTION 'host=elsewhere.invalid user=u password=''t w o''' PUBLICATION b, "C"
    WITH (connect = false, slot_name = NONE, binary = true, streaming = on, synchronous_commit = 'local');
COMMENT ON SUBSCRIPTION kept IS 'kept';
CREATE SUBSCRIPTION made CONNECTION 'host=nowhere.invalid' PUBLICATION a WITH (connect = false);
