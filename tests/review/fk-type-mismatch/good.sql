-- file: 001_customer.sql
CREATE TABLE customer (id uuid PRIMARY KEY, name text NOT NULL);
-- file: 002_invoice.sql
CREATE TABLE invoice (id uuid PRIMARY KEY, customer_id uuid REFERENCES customer (id) ON DELETE RESTRICT);
