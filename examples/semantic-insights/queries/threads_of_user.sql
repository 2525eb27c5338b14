-- Served by idx_conversation_threads_user_customer.
SELECT "id", "title", "updatedAt"
FROM "ConversationThreads"
WHERE "userId" = $1 AND "customerId" = $2 AND "isActive" = true
ORDER BY "updatedAt" DESC, "id";
