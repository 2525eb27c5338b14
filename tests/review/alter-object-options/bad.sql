ALTER VIEW open_orders SET (security_invoker = true);
