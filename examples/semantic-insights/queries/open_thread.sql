-- userId comes from the session, where it is an INTEGER.
INSERT INTO "ConversationThreads" ("customerId", "userId", "title")
VALUES ($1, $2, $3)
RETURNING "id";
