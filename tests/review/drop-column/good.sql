COMMENT ON COLUMN orders.note IS 'deprecated since 2.3, dropped in 2.5';
