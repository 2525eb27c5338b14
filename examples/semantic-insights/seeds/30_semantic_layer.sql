-- What the fields of the first customer mean.
INSERT INTO "SemanticConcept" (customer_id, concept, category, description)
VALUES ('c0ffee00-0000-4000-8000-000000000001', 'wound area', 'measure', 'Size of a wound'),
       ('c0ffee00-0000-4000-8000-000000000001', 'etiology', 'dimension', 'Cause of a wound'),
       ('c0ffee00-0000-4000-8000-000000000001', 'assessment date', 'time', NULL)
ON CONFLICT (customer_id, concept) DO NOTHING;

INSERT INTO "SemanticIndex" (customer_id, form_id, confidence)
VALUES ('c0ffee00-0000-4000-8000-000000000001', 'f0000000-0000-4000-8000-000000000001', 0.94)
ON CONFLICT (customer_id, form_id) DO NOTHING;

INSERT INTO "SemanticIndexField" (customer_id, semantic_index_id, field_id, concept_id, confidence)
SELECT i.customer_id, i.id, f.id, c.id, 0.9
FROM "SemanticIndex" AS i
JOIN "FormFields" AS f ON f."formId" = i.form_id
JOIN (VALUES ('area', 'wound area'), ('etiology', 'etiology'), ('assessed_on', 'assessment date'))
  AS means (field, concept) ON means.field = f.name
JOIN "SemanticConcept" AS c ON c.customer_id = i.customer_id AND c.concept = means.concept
ON CONFLICT (semantic_index_id, field_id) DO NOTHING;

INSERT INTO "SemanticMetric" (customer_id, name, expression, concept_id, unit)
SELECT customer_id, 'average wound area', 'avg(area)', id, 'cm²'
FROM "SemanticConcept" WHERE concept = 'wound area'
ON CONFLICT (customer_id, name) DO NOTHING;
