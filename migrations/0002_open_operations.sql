-- Up Migration

-- What a payment waits for at its gateway. Rows from before this show it from their next operation on.
ALTER TABLE payments ADD COLUMN operation jsonb;

-- Down Migration

ALTER TABLE payments DROP COLUMN operation;
