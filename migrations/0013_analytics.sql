-- Up Migration

-- What happened, counted by the hour and by the day. Every row is of one partition of the log, so that projectors of
-- different partitions never wait for each other: readers add up. Texts that say nothing, such as the gateway where none is
-- chosen yet, are empty.
CREATE TABLE analytics (
  merchant_id text NOT NULL,
  grain text NOT NULL CHECK (grain IN ('hour', 'day')),
  starts_at timestamptz NOT NULL,
  partition integer NOT NULL,
  currency text NOT NULL,
  method text NOT NULL,
  gateway text NOT NULL,
  variant text NOT NULL,
  -- Sums are numeric: as many of the largest payments as a bigint has no room for must not stop the view.
  initiated bigint NOT NULL,
  initiated_amount numeric NOT NULL,
  authorized bigint NOT NULL,
  authorized_amount numeric NOT NULL,
  captured bigint NOT NULL,
  captured_amount numeric NOT NULL,
  completed bigint NOT NULL,
  completed_amount numeric NOT NULL,
  failed bigint NOT NULL,
  failed_amount numeric NOT NULL,
  settlement_failed bigint NOT NULL,
  settlement_failed_amount numeric NOT NULL,
  cancelled bigint NOT NULL,
  cancelled_amount numeric NOT NULL,
  expired bigint NOT NULL,
  expired_amount numeric NOT NULL,
  refunded bigint NOT NULL,
  refunded_amount numeric NOT NULL,
  refund_failed bigint NOT NULL,
  refund_failed_amount numeric NOT NULL,
  -- Of captured payments, what their gateway takes, where that is known; in ten-thousandths of a minor unit.
  charged bigint NOT NULL,
  charged_amount numeric NOT NULL,
  retried bigint NOT NULL,
  attempts_approved bigint NOT NULL,
  attempts_declined bigint NOT NULL,
  attempts_failed bigint NOT NULL,
  attempts_unknown bigint NOT NULL,
  -- How many took how long: counts by bin of a sketch.
  authorization_ms jsonb NOT NULL,
  completion_ms jsonb NOT NULL,
  answer_ms jsonb NOT NULL,
  PRIMARY KEY (merchant_id, grain, starts_at, partition, currency, method, gateway, variant)
);

-- Why payments, attempts, captures, releases and refunds came to nothing.
CREATE TABLE analytics_declines (
  merchant_id text NOT NULL,
  grain text NOT NULL CHECK (grain IN ('hour', 'day')),
  starts_at timestamptz NOT NULL,
  partition integer NOT NULL,
  currency text NOT NULL,
  method text NOT NULL,
  gateway text NOT NULL,
  variant text NOT NULL,
  subject text NOT NULL,
  stage text NOT NULL,
  code text NOT NULL,
  decline_type text NOT NULL,
  declines bigint NOT NULL,
  PRIMARY KEY (
    merchant_id, grain, starts_at, partition, currency, method, gateway, variant, subject, stage, code, decline_type
  )
);

-- What has begun and not ended, as of now.
CREATE TABLE analytics_in_flight (
  merchant_id text NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  partition integer NOT NULL,
  in_flight bigint NOT NULL,
  in_flight_amount numeric NOT NULL,
  PRIMARY KEY (merchant_id, currency, status, partition)
);

-- What has to be known of a payment to count its next event.
CREATE TABLE analytics_payments (
  id text PRIMARY KEY,
  merchant_id text NOT NULL,
  currency text NOT NULL,
  method text NOT NULL,
  amount bigint NOT NULL,
  status text NOT NULL,
  gateway text,
  variant text,
  fee numeric,
  authorized_amount bigint NOT NULL,
  captured_amount bigint NOT NULL,
  attempt text,
  begun_at timestamptz NOT NULL,
  asked_at timestamptz,
  refunds jsonb NOT NULL
);

GRANT SELECT ON analytics, analytics_declines, analytics_in_flight, analytics_payments TO aegispay_reader;

ALTER TABLE analytics ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON analytics FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

ALTER TABLE analytics_declines ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON analytics_declines FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

ALTER TABLE analytics_in_flight ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON analytics_in_flight FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

ALTER TABLE analytics_payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON analytics_payments FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

DROP TABLE analytics_payments;
DROP TABLE analytics_in_flight;
DROP TABLE analytics_declines;
DROP TABLE analytics;
