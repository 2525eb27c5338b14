UPDATE orders SET total = net + tax WHERE id BETWEEN 1 AND 10000;
