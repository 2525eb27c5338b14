-- Event triggers.
--? pg_event_trigger
SELECT 'pg_event_trigger'::regclass::oid AS classid, t.oid, 0 AS subid, t.evtname AS name, t.evtevent AS event,
       coalesce(t.evttags, '{}') AS tags, t.evtfoid::regproc::text AS function, t.evtenabled::text AS enabled
FROM pg_event_trigger t
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
