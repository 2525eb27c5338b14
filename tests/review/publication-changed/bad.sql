DROP PUBLICATION orders_feed;
