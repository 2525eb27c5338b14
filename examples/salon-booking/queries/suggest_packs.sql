-- Packs that contain a service which the customer wants.
SELECT p.id, p.name, p.price_euros, p.duration_minutes
FROM packs AS p
WHERE p.is_active AND p.included_service_ids @> ARRAY[$1::uuid]
ORDER BY p.price_euros, p.name;
