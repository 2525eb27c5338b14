-- Where does a customer's data speak of a concept?
SELECT f.name, f.label, sif.confidence
FROM "SemanticIndexField" AS sif
JOIN "FormFields" AS f ON f.id = sif.field_id
JOIN "SemanticConcept" AS c ON c.id = sif.concept_id
WHERE sif.customer_id = $1 AND c.concept = $2
ORDER BY sif.confidence DESC, f.name;
