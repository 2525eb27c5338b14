-- status: warn
-- finds: the newest partition of public.p ends in
CREATE TABLE p (at date) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (%L) TO (%L)', current_date - 20, current_date + 10) \gexec
CREATE TABLE p_rest PARTITION OF p DEFAULT;
