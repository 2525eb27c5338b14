DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'old_' || 'orders'); END $$;
