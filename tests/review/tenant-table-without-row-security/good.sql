-- file: 001_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (tenant_id = current_setting('app.tenant')::uuid);
-- file: 002_items.sql
CREATE TABLE items (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON items USING (tenant_id = current_setting('app.tenant')::uuid);
