COMMENT ON SCHEMA legacy IS 'unused since 2.3';
