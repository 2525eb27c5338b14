SET application_name = 'notes';
ALTER TABLE orders ADD COLUMN note text;
