-- Three insights, one of them for a customer. SavedInsights has no natural key, so each is written when
-- no insight of its name is there. None has scope 'semantic': the rollback of 022, as the review wrote
-- it, is refused as long as such rows exist.
INSERT INTO "SavedInsights" (name, question, scope, "formId", sql, "chartType", "chartMapping", "customerId", "semanticContext", "userId")
SELECT wanted.name, wanted.question, wanted.scope, wanted.form_id::uuid, wanted.sql, wanted.chart,
       wanted.mapping::jsonb, wanted.customer_id::uuid, wanted.context::jsonb, u.id
FROM (VALUES
  ('Satisfaction over time', 'How does satisfaction develop?', 'form',
   'f0000000-0000-4000-8000-000000000002',
   'SELECT date_trunc(''month'', "submittedAt") AS month, avg((answers->>''score'')::numeric) FROM "FormSubmissions" GROUP BY 1',
   'line', '{"x": "month", "y": "avg"}', NULL, NULL),
  ('Forms in use', 'Which forms are used most?', 'schema', NULL,
   'SELECT "formId", count(*) FROM "FormSubmissions" GROUP BY 1',
   'bar', '{"x": "formId", "y": "count"}', NULL, NULL),
  ('Wound area by cause', 'How large are wounds, by cause?', 'schema', NULL,
   'SELECT answers->>''etiology'' AS etiology, avg((answers->>''area'')::numeric) FROM "FormSubmissions" GROUP BY 1',
   'bar', '{"x": "etiology", "y": "avg"}', 'c0ffee00-0000-4000-8000-000000000001',
   '{"concepts": ["wound area", "etiology"], "confidence": 0.9}')
) AS wanted (name, question, scope, form_id, sql, chart, mapping, customer_id, context)
JOIN "Users" AS u ON u.email = 'grace@example.org'
WHERE NOT EXISTS (SELECT FROM "SavedInsights" AS s WHERE s.name = wanted.name);
