-- Up Migration

-- Whether somebody has to look at a payment before it goes to a gateway, and until when it waits for that.
ALTER TABLE payments ADD COLUMN review jsonb;
ALTER TABLE payments ADD COLUMN held_until timestamptz;
CREATE INDEX payments_held ON payments (held_until, id) WHERE held_until IS NOT NULL;

-- Down Migration

DROP INDEX payments_held;
ALTER TABLE payments DROP COLUMN held_until;
ALTER TABLE payments DROP COLUMN review;
