-- A provisional booking; a trigger sets end_time and checks the services.
INSERT INTO appointments (customer_id, stylist_id, service_ids, start_time, duration_minutes, total_price)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id, end_time;
