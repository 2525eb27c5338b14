-- What did the customer mean? Served by idx_services_name_trgm.
SELECT id, name, duration_minutes, price_euros, similarity(name, $1) AS score
FROM services
WHERE is_active AND name % $1
ORDER BY score DESC, name
LIMIT 5;
