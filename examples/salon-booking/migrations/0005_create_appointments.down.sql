DROP TABLE IF EXISTS appointments;
DROP FUNCTION IF EXISTS salon_check_appointment();
DROP TYPE IF EXISTS salon_appointment_status;
DROP TYPE IF EXISTS salon_payment_status;
