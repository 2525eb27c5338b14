-- Who writes to us?
SELECT id, first_name, last_name, total_spent, preferred_stylist_id
FROM customers
WHERE phone = $1;
