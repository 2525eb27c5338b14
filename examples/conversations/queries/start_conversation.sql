INSERT INTO conversations (user_id)
VALUES (conversations_current_user())
RETURNING id;
