-- Up Migration

-- What happened to a merchant's payments, in the order of the log: the live stream reads on from where it was. Refusals
-- are no part of it.
CREATE INDEX payment_events_of_merchant ON payment_events (merchant_id, partition, event_offset)
  WHERE sequence IS NOT NULL;

-- Down Migration

DROP INDEX payment_events_of_merchant;
