-- Who talks to the assistant. Sign-up happens elsewhere; this is the row that everything hangs on.

-- pgkeel:up
CREATE TABLE users (
  id         UUID         NOT NULL DEFAULT gen_random_uuid(),
  email      VARCHAR(320) NOT NULL,
  name       VARCHAR(200) NOT NULL,
  created_at TIMESTAMPTZ  NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_key UNIQUE (email),
  CONSTRAINT users_email_check CHECK (email = lower(email) AND email LIKE '%_@_%')
);

COMMENT ON TABLE users IS 'People who talk to the assistant';
COMMENT ON COLUMN users.email IS 'In lower case, so that the unique key means what it says';

-- pgkeel:down
DROP TABLE IF EXISTS users;
