-- Up Migration

-- Newest first, for the filters that are new.
CREATE INDEX payments_by_gateway ON payments (merchant_id, gateway, created_at DESC, id DESC);
CREATE INDEX payments_by_currency ON payments (merchant_id, currency, created_at DESC, id DESC);
-- Narrow ranges of amounts are few rows, found here and then sorted. Wide ones are met soon on the way from the newest.
CREATE INDEX payments_by_amount ON payments (merchant_id, currency, amount);

-- Down Migration

DROP INDEX payments_by_amount;
DROP INDEX payments_by_currency;
DROP INDEX payments_by_gateway;
