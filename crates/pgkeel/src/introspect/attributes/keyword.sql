-- Words that a name must be quoted for not to be.
SELECT k.word FROM pg_get_keywords() k WHERE k.catcode <> 'U'
