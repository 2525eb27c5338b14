UPDATE orders SET state = 'open', total = 0 WHERE id = 1;
