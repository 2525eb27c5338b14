-- A customer who writes for the first time.
INSERT INTO customers (id, phone, first_name, last_name, total_spent, metadata, created_at)
VALUES (gen_random_uuid(), $1, $2, $3, 0.00, '{}'::jsonb, now())
RETURNING id;
