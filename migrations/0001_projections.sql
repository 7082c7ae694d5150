-- Up Migration

-- How far each view has come. Moved by compare-and-set in the transaction that applies the events, which is what makes
-- a view take every event exactly once.
CREATE TABLE projection_positions (
  view text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL CHECK (next_offset >= 0),
  PRIMARY KEY (view, partition)
);

-- Up to which input record each view shows the effects: what a position token is compared with.
CREATE TABLE projection_inputs (
  view text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  handled_through bigint NOT NULL,
  PRIMARY KEY (view, topic, partition)
);

CREATE TABLE payments (
  id text PRIMARY KEY,
  merchant_id text NOT NULL,
  status text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  capture text NOT NULL,
  authorized_amount bigint NOT NULL,
  captured_amount bigint NOT NULL,
  refunded_amount bigint NOT NULL,
  gateway text,
  version bigint NOT NULL,
  customer_id text NOT NULL,
  customer_country text,
  description text,
  metadata jsonb NOT NULL,
  failure jsonb,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Newest first, for each filter of the list.
CREATE INDEX payments_newest ON payments (merchant_id, created_at DESC, id DESC);
CREATE INDEX payments_by_status ON payments (merchant_id, status, created_at DESC, id DESC);
CREATE INDEX payments_by_customer ON payments (merchant_id, customer_id, created_at DESC, id DESC);

CREATE TABLE payment_events (
  partition integer NOT NULL,
  event_offset bigint NOT NULL,
  payment_id text NOT NULL,
  merchant_id text NOT NULL,
  sequence bigint,
  event_id text NOT NULL,
  type text NOT NULL,
  occurred_at timestamptz NOT NULL,
  causation_id text,
  correlation_id text,
  input_topic text,
  input_partition integer,
  input_offset bigint,
  command_fingerprint text,
  data jsonb NOT NULL,
  PRIMARY KEY (partition, event_offset)
);

-- A hash, because a refused command may name a payment by a text of any length, and a B-tree would not take it.
CREATE INDEX payment_events_of_payment ON payment_events USING hash (payment_id);

-- Down Migration

DROP TABLE payment_events;
DROP TABLE payments;
DROP TABLE projection_inputs;
DROP TABLE projection_positions;
