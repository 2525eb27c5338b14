-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION book_count() RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) FROM books);
END;
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION book_count();
