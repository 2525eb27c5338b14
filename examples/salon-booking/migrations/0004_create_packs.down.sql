DROP TABLE IF EXISTS packs;
DROP FUNCTION IF EXISTS salon_check_pack();
DROP FUNCTION IF EXISTS salon_check_services(UUID[]);
