-- First statement of each transaction: in whose name it runs.
SELECT set_config('app.user_id', $1, true);
