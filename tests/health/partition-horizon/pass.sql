-- status: pass
CREATE TABLE p (at timestamptz) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE %I PARTITION OF p FOR VALUES FROM (%L) TO (%L)', 'p' || n, current_date + 2 * n, current_date + 2 * n + 2) FROM generate_series(-1, 2) n \gexec
