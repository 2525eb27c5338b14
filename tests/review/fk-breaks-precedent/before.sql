CREATE TABLE "SavedInsights" (id bigint PRIMARY KEY);
