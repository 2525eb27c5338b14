-- pgkeel: depends-on 0005
-- pgkeel: depends-on 0006
-- updated_at is kept by the database, whoever writes.
CREATE FUNCTION salon_set_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;

CREATE TRIGGER stylists_set_updated_at BEFORE UPDATE ON stylists
  FOR EACH ROW EXECUTE FUNCTION salon_set_updated_at();
CREATE TRIGGER services_set_updated_at BEFORE UPDATE ON services
  FOR EACH ROW EXECUTE FUNCTION salon_set_updated_at();
CREATE TRIGGER customers_set_updated_at BEFORE UPDATE ON customers
  FOR EACH ROW EXECUTE FUNCTION salon_set_updated_at();
CREATE TRIGGER packs_set_updated_at BEFORE UPDATE ON packs
  FOR EACH ROW EXECUTE FUNCTION salon_set_updated_at();
CREATE TRIGGER appointments_set_updated_at BEFORE UPDATE ON appointments
  FOR EACH ROW EXECUTE FUNCTION salon_set_updated_at();
CREATE TRIGGER policies_set_updated_at BEFORE UPDATE ON policies
  FOR EACH ROW EXECUTE FUNCTION salon_set_updated_at();
