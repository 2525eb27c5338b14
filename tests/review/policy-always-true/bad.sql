CREATE POLICY all_rows ON orders USING (true);
