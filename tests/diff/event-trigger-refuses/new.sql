CREATE TABLE public.t (a integer);
CREATE FUNCTION public.refused() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
CREATE EVENT TRIGGER refuses ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION public.refused();
