-- "SavedInsights queries need to join Customer if displaying customer name/code."
SELECT s.id, s.name, s.question, c.code AS "customerCode", c.name AS "customerName"
FROM "SavedInsights" AS s
JOIN "Customer" AS c ON c.id = s."customerId"
WHERE s."customerId" = $1 AND s."isActive"
ORDER BY s.name, s.id;
