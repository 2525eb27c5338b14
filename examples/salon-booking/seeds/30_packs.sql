-- Packs name their services; the ids are looked up. A service that is not there is a null, and the table's trigger refuses
-- the pack by its name. A pack that is the same already is passed over.
INSERT INTO packs AS p (name, included_service_ids, duration_minutes, price_euros, description)
VALUES
  ('Mechas + Corte',
   ARRAY[(SELECT id FROM services WHERE name = 'Mechas'), (SELECT id FROM services WHERE name = 'Corte de pelo')],
   150, 80.00, 'Mechas y corte en una visita, diez euros menos'),
  ('Manicura + Pedicura',
   ARRAY[(SELECT id FROM services WHERE name = 'Manicura'), (SELECT id FROM services WHERE name = 'Pedicura')],
   90, 42.00, 'Manos y pies en una visita, seis euros menos')
ON CONFLICT (name) DO UPDATE
SET included_service_ids = EXCLUDED.included_service_ids,
    duration_minutes = EXCLUDED.duration_minutes,
    price_euros = EXCLUDED.price_euros,
    description = EXCLUDED.description
WHERE (p.included_service_ids, p.duration_minutes, p.price_euros, p.description)
  IS DISTINCT FROM
  (EXCLUDED.included_service_ids, EXCLUDED.duration_minutes, EXCLUDED.price_euros, EXCLUDED.description);
