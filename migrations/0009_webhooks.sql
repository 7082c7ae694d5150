-- Up Migration

-- What is sent to merchants, and where. None of this is a read model: it cannot be made of the log again.

CREATE TABLE webhook_endpoints (
  id text PRIMARY KEY,
  merchant_id text NOT NULL,
  url text NOT NULL,
  description text,
  -- Null takes them all, also those that there are not yet.
  event_types text[],
  status text NOT NULL CHECK (status IN ('enabled', 'paused', 'disabled')),
  status_reason text,
  -- Since the first attempt that failed with no success after it.
  failing_since timestamptz,
  -- By partition of payments.events, the first offset that it is sent as it is now. What was read before that is never
  -- sent to it anew, wherever reading begins again.
  takes_from jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX webhook_endpoints_newest ON webhook_endpoints (merchant_id, created_at DESC, id DESC);

-- Encrypted, and not for readers.
CREATE TABLE webhook_secrets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id text NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  -- Null for the present one.
  works_until timestamptz
);
CREATE INDEX webhook_secrets_of_endpoint ON webhook_secrets (endpoint_id);

CREATE TABLE webhook_deliveries (
  -- The webhook id, which follows from the event and the endpoint.
  id text PRIMARY KEY,
  endpoint_id text NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  merchant_id text NOT NULL,
  payment_id text NOT NULL,
  sequence bigint NOT NULL,
  event_id text NOT NULL,
  event_type text NOT NULL,
  occurred_at timestamptz NOT NULL,
  body text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  -- Sent again on request: it holds back no first delivery.
  is_again boolean NOT NULL,
  attempts integer NOT NULL,
  -- Of the present round, which a redelivery begins.
  tries integer NOT NULL,
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX webhook_deliveries_lanes ON webhook_deliveries (endpoint_id, payment_id, sequence)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (merchant_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_payment ON webhook_deliveries (payment_id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (merchant_id, created_at DESC, id DESC)
  WHERE status <> 'delivered';

CREATE TABLE webhook_attempts (
  delivery_id text NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
  attempt integer NOT NULL,
  merchant_id text NOT NULL,
  began_at timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  -- Null when there was no answer.
  http_status integer,
  error text,
  response text,
  PRIMARY KEY (delivery_id, attempt)
);

GRANT SELECT ON webhook_endpoints, webhook_deliveries, webhook_attempts TO aegispay_reader;

ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON webhook_endpoints FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON webhook_deliveries FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

ALTER TABLE webhook_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON webhook_attempts FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_secrets;
DROP TABLE webhook_endpoints;
