CREATE TABLE bookings_new (during tstzrange, CONSTRAINT once EXCLUDE USING gist (during WITH &&));
