-- Namespaces in publications.
--? pg_publication
/*-14*/SELECT 0::oid AS classid, 0::oid AS oid, 0 AS subid, '' AS publication, '' AS namespace WHERE false
/*15+*/SELECT 'pg_publication_namespace'::regclass::oid AS classid, r.oid, 0 AS subid, p.pubname AS publication, n.nspname AS namespace
/*15+*/FROM pg_publication_namespace r
/*15+*/JOIN pg_publication p ON p.oid = r.pnpubid
/*15+*/JOIN pg_namespace n ON n.oid = r.pnnspid
