-- Up Migration

-- Payments that wait for a gateway, which are counted over and over.
CREATE INDEX payments_waiting ON payments (status)
  WHERE (status = 'INITIATED' AND held_until IS NULL)
    OR (status = 'PROCESSING' AND operation ->> 'status' IN ('REQUESTED', 'RETRY_SCHEDULED', 'UNKNOWN'));

-- Down Migration

DROP INDEX payments_waiting;
