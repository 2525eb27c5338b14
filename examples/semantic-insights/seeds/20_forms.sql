-- Two forms with their fields.
INSERT INTO "Forms" (id, name, description)
VALUES ('f0000000-0000-4000-8000-000000000001', 'Wound assessment', 'Filled in at each visit'),
       ('f0000000-0000-4000-8000-000000000002', 'Patient satisfaction', 'Filled in when leaving')
ON CONFLICT (name) DO NOTHING;

INSERT INTO "FormFields" ("formId", name, label, "dataType", options, "position")
VALUES
  ('f0000000-0000-4000-8000-000000000001', 'area', 'Area in cm²', 'number', '[]', 1),
  ('f0000000-0000-4000-8000-000000000001', 'assessed_on', 'Date of the visit', 'date', '[]', 2),
  ('f0000000-0000-4000-8000-000000000001', 'etiology', 'Cause', 'choice', '["pressure", "venous", "diabetic"]', 3),
  ('f0000000-0000-4000-8000-000000000002', 'score', 'How was your stay?', 'number', '[]', 1),
  ('f0000000-0000-4000-8000-000000000002', 'remark', 'What could be better?', 'text', '[]', 2)
ON CONFLICT ("formId", name) DO NOTHING;
