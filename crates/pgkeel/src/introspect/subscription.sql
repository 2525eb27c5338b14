-- Subscriptions of this database, for who may read connection strings: superusers.
--? pg_subscription
SELECT 'pg_subscription'::regclass::oid AS classid, s.oid, 0 AS subid, s.subname AS name, s.subconninfo AS connection,
       s.subpublications AS publications, s.subslotname AS slot, s.subenabled AS enabled,
       array_remove(ARRAY[
           CASE WHEN s.subsynccommit <> 'off' THEN 'synchronous_commit = ' || quote_literal(s.subsynccommit) END,
           CASE WHEN s.subbinary THEN 'binary = true' END,
/*-15*/    CASE WHEN s.substream THEN 'streaming = on' ELSE 'streaming = off' END,
/*16+*/    CASE s.substream WHEN 't' THEN 'streaming = on' WHEN 'p' THEN 'streaming = parallel' ELSE 'streaming = off' END,
/*15+*/    CASE WHEN s.subtwophasestate <> 'd' THEN 'two_phase = true' END,
/*15+*/    CASE WHEN s.subdisableonerr THEN 'disable_on_error = true' END,
/*16+*/    CASE WHEN NOT s.subpasswordrequired THEN 'password_required = false' END,
/*16+*/    CASE WHEN s.subrunasowner THEN 'run_as_owner = true' END,
/*16+*/    CASE WHEN s.suborigin <> 'any' THEN 'origin = ' || quote_literal(s.suborigin) END,
/*17+*/    CASE WHEN s.subfailover THEN 'failover = true' END,
           NULL], NULL) AS options
FROM pg_subscription s
JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
