COMMENT ON TYPE mood IS 'unused since 2.3';
