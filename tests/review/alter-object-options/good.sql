CREATE VIEW open_orders WITH (security_invoker = true) AS SELECT id FROM orders;
