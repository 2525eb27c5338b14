INSERT INTO "SavedInsights"
  (name, question, scope, sql, "chartType", "chartMapping", "customerId", "semanticContext", "userId")
VALUES ($1, $2, 'semantic', $3, $4, $5, $6, $7, $8)
RETURNING id;
