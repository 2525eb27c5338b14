-- pgkeel: depends-on 0002
-- Customers are known by their phone: they write through a messenger.
CREATE TABLE customers (
  id                   UUID          NOT NULL DEFAULT uuid_generate_v4(),
  phone                VARCHAR(20)   NOT NULL,
  first_name           VARCHAR(100)  NOT NULL,
  last_name            VARCHAR(100),
  total_spent          NUMERIC(10,2) NOT NULL DEFAULT 0.00,
  last_service_date    DATE,
  preferred_stylist_id UUID,
  metadata             JSONB         NOT NULL DEFAULT '{}',
  created_at           TIMESTAMPTZ   NOT NULL DEFAULT now(),
  updated_at           TIMESTAMPTZ   NOT NULL DEFAULT now(),
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_phone_key UNIQUE (phone),
  CONSTRAINT customers_preferred_stylist_id_fkey FOREIGN KEY (preferred_stylist_id)
    REFERENCES stylists (id) ON DELETE SET NULL,
  CONSTRAINT customers_phone_check CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
  CONSTRAINT customers_total_spent_check CHECK (total_spent >= 0)
);

CREATE INDEX idx_customers_preferred_stylist ON customers (preferred_stylist_id)
  WHERE preferred_stylist_id IS NOT NULL;
CREATE INDEX idx_customers_last_service_date ON customers (last_service_date DESC NULLS LAST);

COMMENT ON TABLE customers IS 'Customers of the salon, one per phone';
COMMENT ON COLUMN customers.phone IS 'E.164, e.g. +34612000001';
COMMENT ON COLUMN customers.first_name IS 'There is no column "name": first_name and last_name';
COMMENT ON COLUMN customers.total_spent IS 'In euros, all completed appointments';
