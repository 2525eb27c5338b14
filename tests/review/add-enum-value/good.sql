COMMENT ON TYPE state IS 'of an order';
