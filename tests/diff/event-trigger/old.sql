CREATE FUNCTION public.noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION public.refused() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
CREATE EVENT TRIGGER kept ON ddl_command_end EXECUTE FUNCTION public.noted();
CREATE EVENT TRIGGER changed ON sql_drop EXECUTE FUNCTION public.noted();
