-- pgkeel: depends-on 0002
-- Packs: services sold together. An array cannot have a foreign key, so a trigger checks that every
-- service exists.
CREATE FUNCTION salon_check_services(ids UUID[]) RETURNS BOOLEAN
LANGUAGE sql STABLE
RETURN NOT EXISTS (
  SELECT FROM unnest(ids) AS wanted (id)
  WHERE NOT EXISTS (SELECT FROM services WHERE services.id = wanted.id)
);

CREATE FUNCTION salon_check_pack() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT salon_check_services(NEW.included_service_ids) THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('pack %L includes a service that does not exist', NEW.name),
      TABLE = 'packs', COLUMN = 'included_service_ids', CONSTRAINT = 'packs_check_services';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TABLE packs (
  id                   UUID          NOT NULL DEFAULT uuid_generate_v4(),
  name                 VARCHAR(200)  NOT NULL,
  included_service_ids UUID[]        NOT NULL,
  duration_minutes     INTEGER       NOT NULL,
  price_euros          NUMERIC(10,2) NOT NULL,
  description          TEXT,
  is_active            BOOLEAN       NOT NULL DEFAULT true,
  created_at           TIMESTAMPTZ   NOT NULL DEFAULT now(),
  updated_at           TIMESTAMPTZ   NOT NULL DEFAULT now(),
  CONSTRAINT packs_pkey PRIMARY KEY (id),
  CONSTRAINT packs_name_key UNIQUE (name),
  CONSTRAINT packs_included_services_check CHECK (cardinality(included_service_ids) >= 2),
  CONSTRAINT packs_duration_check CHECK (duration_minutes > 0),
  CONSTRAINT packs_price_check CHECK (price_euros >= 0)
);

CREATE INDEX idx_packs_included_services ON packs USING gin (included_service_ids);

CREATE TRIGGER packs_check_services BEFORE INSERT OR UPDATE OF included_service_ids ON packs
  FOR EACH ROW EXECUTE FUNCTION salon_check_pack();

COMMENT ON TABLE packs IS 'Services sold together, cheaper than one by one';
COMMENT ON COLUMN packs.included_service_ids IS 'Ids of services; checked by trigger packs_check_services';
