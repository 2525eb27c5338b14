CREATE SUBSCRIPTION kept CONNECTION 'host=nowhere.invalid user=u password=one' PUBLICATION a, b WITH (connect = false);
CREATE SUBSCRIPTION gone CONNECTION 'host=nowhere.invalid' PUBLICATION a WITH (connect = false, slot_name = 'other');
