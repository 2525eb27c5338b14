UPDATE orders SET state = 0 WHERE id < 1000;
