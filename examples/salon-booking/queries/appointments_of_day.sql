-- A stylist's day in Madrid, with the customers' names.
SELECT a.id, a.start_time, a.end_time, a.status,
       concat_ws(' ', c.first_name, c.last_name) AS customer_name
FROM appointments AS a
JOIN customers AS c ON c.id = a.customer_id
WHERE a.stylist_id = $1
  AND a.start_time >= ($2::date)::timestamp AT TIME ZONE 'Europe/Madrid'
  AND a.start_time < ($2::date + 1)::timestamp AT TIME ZONE 'Europe/Madrid'
  AND a.status IN ('provisional', 'confirmed')
ORDER BY a.start_time, a.id;
