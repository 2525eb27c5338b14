-- status: pass
CREATE TABLE p (at timestamptz) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (%L) TO (%L)', now() - interval '1 day', now() + interval '3 days') \gexec
