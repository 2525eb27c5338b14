DROP TRIGGER touch ON orders;
