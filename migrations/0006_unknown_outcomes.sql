-- Up Migration

-- Since when nobody knows what became of a payment's operation. Operations that became unknown before this show it from
-- their next event on.
ALTER TABLE payments ADD COLUMN unknown_since timestamptz;
CREATE INDEX payments_unknown ON payments (unknown_since, id) WHERE unknown_since IS NOT NULL;

-- What is unknown concerns those who run the installation, for all merchants. Only a read that says so sees more than one.
CREATE POLICY operators ON payments FOR SELECT TO aegispay_reader
  USING (current_setting('aegispay.operator', true) = 'on');

-- Down Migration

DROP POLICY operators ON payments;
DROP INDEX payments_unknown;
ALTER TABLE payments DROP COLUMN unknown_since;
