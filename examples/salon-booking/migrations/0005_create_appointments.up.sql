-- pgkeel: depends-on 0003
-- pgkeel: depends-on 0004
-- Appointments. A stylist cannot begin two of them at the same moment.
CREATE TYPE salon_payment_status AS ENUM ('pending', 'confirmed', 'refunded', 'forfeited');
CREATE TYPE salon_appointment_status AS ENUM
  ('provisional', 'confirmed', 'completed', 'cancelled', 'expired');

CREATE TABLE appointments (
  id                       UUID                     NOT NULL DEFAULT uuid_generate_v4(),
  customer_id              UUID                     NOT NULL,
  stylist_id               UUID                     NOT NULL,
  pack_id                  UUID,
  service_ids              UUID[]                   NOT NULL,
  start_time               TIMESTAMPTZ              NOT NULL,
  duration_minutes         INTEGER                  NOT NULL,
  end_time                 TIMESTAMPTZ              NOT NULL,
  total_price              NUMERIC(10,2)            NOT NULL,
  advance_payment_amount   NUMERIC(10,2)            NOT NULL DEFAULT 0.00,
  payment_status           salon_payment_status     NOT NULL DEFAULT 'pending',
  status                   salon_appointment_status NOT NULL DEFAULT 'provisional',
  google_calendar_event_id VARCHAR(255),
  notes                    TEXT,
  created_at               TIMESTAMPTZ              NOT NULL DEFAULT now(),
  updated_at               TIMESTAMPTZ              NOT NULL DEFAULT now(),
  CONSTRAINT appointments_pkey PRIMARY KEY (id),
  CONSTRAINT appointments_customer_id_fkey FOREIGN KEY (customer_id)
    REFERENCES customers (id) ON DELETE CASCADE,
  CONSTRAINT appointments_stylist_id_fkey FOREIGN KEY (stylist_id)
    REFERENCES stylists (id) ON DELETE RESTRICT,
  CONSTRAINT appointments_pack_id_fkey FOREIGN KEY (pack_id)
    REFERENCES packs (id) ON DELETE SET NULL,
  CONSTRAINT appointments_services_check CHECK (cardinality(service_ids) >= 1),
  CONSTRAINT appointments_duration_check CHECK (duration_minutes > 0),
  CONSTRAINT appointments_end_time_check CHECK (end_time > start_time),
  CONSTRAINT appointments_advance_check CHECK (advance_payment_amount BETWEEN 0 AND total_price)
);

CREATE UNIQUE INDEX idx_appointments_stylist_slot ON appointments (stylist_id, start_time)
  WHERE status IN ('provisional', 'confirmed');
CREATE INDEX idx_appointments_stylist_id ON appointments (stylist_id);
CREATE INDEX idx_appointments_customer_start ON appointments (customer_id, start_time DESC);
CREATE INDEX idx_appointments_pack_id ON appointments (pack_id) WHERE pack_id IS NOT NULL;
CREATE INDEX idx_appointments_start_time ON appointments (start_time);

CREATE FUNCTION salon_check_appointment() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT salon_check_services(NEW.service_ids) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'the appointment contains a service that does not exist',
      TABLE = 'appointments', COLUMN = 'service_ids', CONSTRAINT = 'appointments_check_services';
  END IF;
  NEW.end_time := NEW.start_time + make_interval(mins => NEW.duration_minutes);
  RETURN NEW;
END;
$$;

CREATE TRIGGER appointments_check_services BEFORE INSERT OR UPDATE ON appointments
  FOR EACH ROW EXECUTE FUNCTION salon_check_appointment();

COMMENT ON TABLE appointments IS 'Bookings, from the provisional one until it is done or cancelled';
COMMENT ON COLUMN appointments.end_time IS 'start_time plus duration_minutes, set by trigger';
COMMENT ON COLUMN appointments.status IS 'provisional expires when the advance payment does not come';
