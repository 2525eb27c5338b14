INSERT INTO "ConversationMessages" ("threadId", "role", "content", "metadata")
VALUES ($1, $2, $3, $4)
RETURNING "id", "createdAt";
