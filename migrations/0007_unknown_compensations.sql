-- Up Migration

-- What gateways were asked to undo and have not said that they did. Compensations from before this show from their next
-- event on.
ALTER TABLE payments ADD COLUMN compensations jsonb NOT NULL DEFAULT '[]';

-- Since when is told of each one that is asked for: the column has the oldest only.
UPDATE payments
  SET operation = jsonb_set(operation, '{unknownSince}', to_jsonb(floor(extract(epoch FROM unknown_since) * 1000)::bigint))
  WHERE unknown_since IS NOT NULL;

-- Down Migration

ALTER TABLE payments DROP COLUMN compensations;
