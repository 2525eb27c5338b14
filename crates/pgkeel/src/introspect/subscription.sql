-- Subscriptions of this database. Only superusers may read connection strings.
SELECT 'pg_subscription'::regclass::oid AS classid, s.oid, 0 AS subid, s.subname AS name, s.subconninfo AS connection,
       s.subpublications AS publications, s.subslotname AS slot, s.subenabled AS enabled,
       ARRAY['synchronous_commit=' || s.subsynccommit, 'binary=' || s.subbinary
/*15+*/    , 'disable_on_error=' || s.subdisableonerr
/*16+*/    , 'run_as_owner=' || s.subrunasowner, 'password_required=' || s.subpasswordrequired, 'origin=' || s.suborigin
/*14+*//*-15*/    , 'streaming=' || s.substream
/*16+*/    , 'streaming=' || CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END
       ] AS options,
       ARRAY[]::text[]
/*15+*/    || ARRAY['two_phase=' || (s.subtwophasestate <> 'd')]
       AS fixed_options
FROM pg_subscription s
JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
