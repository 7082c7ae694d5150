-- Up Migration

-- Contact details as they stand on the topic. Nothing else in this database holds any.
CREATE TABLE customers (
  merchant_id text NOT NULL,
  id text NOT NULL,
  partition integer NOT NULL,
  email text,
  name text,
  phone text,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (merchant_id, id, partition)
);

GRANT SELECT ON customers, projection_positions TO aegispay_reader;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON customers FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

REVOKE ALL ON projection_positions FROM aegispay_reader;
DROP TABLE customers;
