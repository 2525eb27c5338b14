-- The query of the integration test: customers has first_name and last_name, no name.
SELECT customer.id, customer.name
FROM customers AS customer
WHERE customer.phone = $1;
