DROP POLICY own_rows ON orders;
CREATE POLICY own_rows_v2 ON orders USING (owner = current_user);
