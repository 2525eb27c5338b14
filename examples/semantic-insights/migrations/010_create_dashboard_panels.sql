-- Migration 010: Create dashboard panels
-- Purpose: Which insight is pinned where
-- Dependencies: 007_create_dashboards.sql, 008_create_saved_insights.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "DashboardPanels" (
  "dashboardId" INTEGER NOT NULL REFERENCES "Dashboards"(id) ON DELETE CASCADE,
  "insightId" INTEGER NOT NULL REFERENCES "SavedInsights"(id) ON DELETE CASCADE,
  "position" INTEGER NOT NULL DEFAULT 0,
  width SMALLINT NOT NULL DEFAULT 6 CHECK (width BETWEEN 1 AND 12),
  PRIMARY KEY ("dashboardId", "insightId")
);

CREATE INDEX IF NOT EXISTS idx_dashboard_panels_insight
ON "DashboardPanels" ("insightId");

COMMENT ON TABLE "DashboardPanels" IS 'Insights pinned on dashboards';

COMMIT;

-- pgkeel:down
-- Rollback 010: Remove dashboard panels
BEGIN;

DROP TABLE IF EXISTS "DashboardPanels";

COMMIT;
