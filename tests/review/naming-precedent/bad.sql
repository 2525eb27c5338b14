-- file: 001_create.sql
CREATE TABLE user_accounts (user_id bigint PRIMARY KEY);
CREATE TABLE order_items (item_id bigint PRIMARY KEY);
CREATE TABLE shop_states (state_id bigint PRIMARY KEY);
CREATE TABLE pay_slips (slip_id bigint PRIMARY KEY);
CREATE TABLE tax_rates (rate_id bigint PRIMARY KEY);
-- file: 002_more.sql
CREATE TABLE "OrderNotes" (note_id bigint PRIMARY KEY);
