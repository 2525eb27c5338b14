-- status: warn
-- finds: DROP INDEX CONCURRENTLY "<script>""'; --"."‮\x' ""
CREATE SCHEMA "<script>""'; --";
CREATE TABLE "<script>""'; --"."‮" (y int);
CREATE INDEX "‮\x' ""1" ON "<script>""'; --"."‮" (y);
CREATE INDEX "‮\x' ""2" ON "<script>""'; --"."‮" (y);
