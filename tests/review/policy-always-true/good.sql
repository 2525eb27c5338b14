CREATE POLICY own_rows ON orders USING (tenant_id = current_setting('app.tenant')::uuid);
