SELECT 'column', a.attname, a.attidentity <> ''
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = pg_catalog.to_regclass({table}) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'key', pg_catalog.string_agg(a.attname, E'\n' ORDER BY k.place), i.indisprimary
FROM pg_catalog.pg_index i
CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = pg_catalog.to_regclass({table})
    AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND k.place <= i.indnkeyatts
GROUP BY i.indexrelid, i.indisprimary
