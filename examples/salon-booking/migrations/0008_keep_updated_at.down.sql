DROP TRIGGER IF EXISTS policies_set_updated_at ON policies;
DROP TRIGGER IF EXISTS appointments_set_updated_at ON appointments;
DROP TRIGGER IF EXISTS packs_set_updated_at ON packs;
DROP TRIGGER IF EXISTS customers_set_updated_at ON customers;
DROP TRIGGER IF EXISTS services_set_updated_at ON services;
DROP TRIGGER IF EXISTS stylists_set_updated_at ON stylists;
DROP FUNCTION IF EXISTS salon_set_updated_at();
