-- file: 014_customer.sql
CREATE TABLE "Customer" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code varchar(50) NOT NULL UNIQUE);
-- file: 015_runs.sql
CREATE TABLE "Run" (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES "Customer" (id) ON DELETE CASCADE);
-- file: 016_insights.sql
ALTER TABLE "SavedInsights" ADD COLUMN "customerId" VARCHAR(50) NULL;
