-- status: pass
CREATE TABLE a (x serial, y bigserial, z int GENERATED ALWAYS AS IDENTITY);
