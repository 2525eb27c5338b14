CREATE SUBSCRIPTION s CONNECTION 'host=nowhere.invalid' PUBLICATION a WITH (connect = false);
