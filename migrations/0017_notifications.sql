-- Up Migration

-- What customers are told by mail. No read model: what was sent cannot be made of the log again. It holds no address and no
-- name; those are read when a mail is sent.

CREATE TABLE notifications (
  -- Follows from the event.
  id text PRIMARY KEY,
  merchant_id text NOT NULL,
  payment_id text NOT NULL,
  sequence bigint NOT NULL,
  event_id text NOT NULL,
  event_type text NOT NULL,
  occurred_at timestamptz NOT NULL,
  -- What the event says that is told.
  facts jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'skipped')),
  -- Why the last attempt was no success, or why there was none.
  reason text,
  attempts integer NOT NULL,
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL,
  sent_at timestamptz
);
CREATE INDEX notifications_lanes ON notifications (payment_id, sequence) WHERE status = 'pending';
CREATE INDEX notifications_of_payment ON notifications (payment_id);
CREATE INDEX notifications_newest ON notifications (merchant_id, created_at DESC, id DESC);

-- By partition of payments.events, up to where it was read for mails. It never goes back: where reading begins again, what
-- was read before leads to no mail, whatever merchants have had told then and now.
CREATE TABLE notification_intake (
  partition integer PRIMARY KEY,
  next_offset bigint NOT NULL
);

GRANT SELECT ON notifications TO aegispay_reader;

ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON notifications FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

DROP TABLE notification_intake;
DROP TABLE notifications;
