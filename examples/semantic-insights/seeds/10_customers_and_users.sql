-- Two customers, three users. Customers have fixed ids: other seeds and tests name them.
INSERT INTO "Customer" AS c (id, code, name)
VALUES ('c0ffee00-0000-4000-8000-000000000001', 'NORTH', 'Northern Clinics'),
       ('c0ffee00-0000-4000-8000-000000000002', 'HARBOUR', 'Harbour Care')
ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name WHERE c.name <> EXCLUDED.name;

INSERT INTO "CustomerSite" (customer_id, name, time_zone)
VALUES ('c0ffee00-0000-4000-8000-000000000001', 'Main building', 'Europe/Berlin'),
       ('c0ffee00-0000-4000-8000-000000000002', 'Pier 3', 'Europe/London')
ON CONFLICT (customer_id, name) DO NOTHING;

INSERT INTO "Users" (email, name, role)
VALUES ('ada@example.org', 'Ada', 'admin'),
       ('grace@example.org', 'Grace', 'analyst'),
       ('linus@example.org', 'Linus', 'user')
ON CONFLICT (email) DO NOTHING;
