-- Up Migration

-- What moved money between customers and merchants. The entry of a payment's beginning moves none: it tells the later ones whose
-- they are, since no other event names customer and currency.
CREATE TABLE statement_entries (
  payment_id text NOT NULL,
  sequence bigint NOT NULL,
  merchant_id text NOT NULL,
  customer_id text NOT NULL,
  currency text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('initiated', 'capture', 'refund')),
  -- Minor units: what the customer has paid, negative for what came back.
  amount bigint NOT NULL,
  refund_id text,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, sequence)
);
CREATE INDEX statement_entries_of_customer
  ON statement_entries (merchant_id, customer_id, occurred_at, payment_id, sequence);

GRANT SELECT ON statement_entries TO aegispay_reader;
ALTER TABLE statement_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON statement_entries FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

DROP TABLE statement_entries;
