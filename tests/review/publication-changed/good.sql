ALTER PUBLICATION orders_feed ADD TABLE orders;
