UPDATE orders SET state = 'paid', total = 0, state = 'open' WHERE id = 1;
