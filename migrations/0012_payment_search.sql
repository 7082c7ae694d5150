-- Up Migration

-- Hashes of the words and of the pairs of metadata by which a payment is found; the merchant is a part of each. Payments from
-- before this are found once the view was built anew: aegispay replay projection payments.
ALTER TABLE payments ADD COLUMN terms bigint[] NOT NULL DEFAULT '{}';

-- Rare terms are looked up here. A reader has to go through what waits to be merged, so that is kept short.
CREATE INDEX payments_by_terms ON payments USING gin (terms) WITH (gin_pending_list_limit = 512);

-- For common ones the payments are gone through in their order, in this index alone.
CREATE INDEX payments_in_order ON payments (merchant_id, created_at DESC, id DESC)
  INCLUDE (status, gateway, currency, amount, terms);
DROP INDEX payments_newest;

-- What fits of the payments of the merchant that the session has named. Row-level security would keep readers from the index, for
-- it lets no operator near a row before the policy that is not known to be leakproof; so this function, which is its owner's, says the
-- policy's condition itself. A row without an id: there are, or seem to be, more than `most`.
CREATE FUNCTION payments_with_terms(wanted bigint[], most integer)
  RETURNS TABLE (id text, created_at timestamptz, status text, gateway text, currency text, amount bigint, customer_id text)
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT
  SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
  AS $$
  DECLARE
    plan json;
    found_rows integer;
  BEGIN
    -- The bitmap of a common term costs more than a page may.
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT FROM payments WHERE terms @> $1' INTO plan USING wanted;
    IF (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 <= 2 * most THEN
      -- Without an index for the merchant, for terms are a merchant's already.
      RETURN QUERY EXECUTE
        'SELECT id, created_at, status, gateway, currency, amount, customer_id FROM payments
         WHERE terms @> $1 AND merchant_id || '''' = current_setting(''aegispay.merchant'', true) LIMIT $2'
        USING wanted, most;
      GET DIAGNOSTICS found_rows = ROW_COUNT;
      IF found_rows < most THEN
        RETURN;
      END IF;
    END IF;
    RETURN QUERY SELECT NULL::text, NULL::timestamptz, NULL::text, NULL::text, NULL::text, NULL::bigint, NULL::text;
  END
  $$;
REVOKE ALL ON FUNCTION payments_with_terms FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payments_with_terms TO aegispay_reader;

-- Down Migration

DROP FUNCTION payments_with_terms;
CREATE INDEX payments_newest ON payments (merchant_id, created_at DESC, id DESC);
DROP INDEX payments_in_order;
DROP INDEX payments_by_terms;
ALTER TABLE payments DROP COLUMN terms;
