-- Up Migration

-- Readers take on the role aegispay_reader, which `aegispay setup` makes. It owns nothing, so that what the policies do
-- not show it does not see; a read that has not said for which merchant it is sees no rows at all.
--
-- The owner of the tables writes them and is not held by the policies: what it writes belongs to all merchants.

GRANT USAGE ON SCHEMA public TO aegispay_reader;
GRANT SELECT ON projection_inputs, payments, payment_events TO aegispay_reader;

ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON payments FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

ALTER TABLE payment_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON payment_events FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

DROP POLICY own_merchant ON payment_events;
ALTER TABLE payment_events DISABLE ROW LEVEL SECURITY;
DROP POLICY own_merchant ON payments;
ALTER TABLE payments DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON projection_inputs, payments, payment_events FROM aegispay_reader;
