-- Packs name their services; the ids are looked up. A pack with a service that is not there is left
-- out, as are packs that are the same already.
WITH wanted (name, services, duration_minutes, price_euros, description) AS (
  VALUES
    ('Mechas + Corte', ARRAY['Mechas', 'Corte de pelo'], 150, 80.00,
     'Mechas y corte en una visita, diez euros menos'),
    ('Manicura + Pedicura', ARRAY['Manicura', 'Pedicura'], 90, 42.00,
     'Manos y pies en una visita, seis euros menos')
), complete AS (
  SELECT w.name, array_agg(s.id ORDER BY array_position(w.services, s.name::text)) AS ids,
         w.duration_minutes, w.price_euros, w.description
  FROM wanted AS w
  JOIN services AS s ON s.name = ANY (w.services)
  GROUP BY w.name, w.services, w.duration_minutes, w.price_euros, w.description
  HAVING count(*) = cardinality(w.services)
)
INSERT INTO packs AS p (name, included_service_ids, duration_minutes, price_euros, description)
SELECT name, ids, duration_minutes, price_euros, description FROM complete
ON CONFLICT (name) DO UPDATE
SET included_service_ids = EXCLUDED.included_service_ids,
    duration_minutes = EXCLUDED.duration_minutes,
    price_euros = EXCLUDED.price_euros,
    description = EXCLUDED.description
WHERE (p.included_service_ids, p.duration_minutes, p.price_euros, p.description)
  IS DISTINCT FROM
  (EXCLUDED.included_service_ids, EXCLUDED.duration_minutes, EXCLUDED.price_euros, EXCLUDED.description);
