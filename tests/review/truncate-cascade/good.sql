TRUNCATE orders, order_items;
