-- pgkeel: transaction=off
ALTER TABLE events DETACH PARTITION events_2020;
