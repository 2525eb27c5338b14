-- from: 16
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere.invalid' PUBLICATION a
    WITH (connect = false, streaming = parallel, two_phase = true, disable_on_error = true, password_required = false, run_as_owner = true, origin = none);
