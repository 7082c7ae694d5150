-- Up Migration

-- The audit trail: a row for each record of a topic, chained by hashes (docs/audit.md).
CREATE TABLE audit (
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  number bigint NOT NULL,
  record_id text,
  type text,
  subject text,
  merchant_id text,
  causation_id text,
  decided_by text,
  occurred_at timestamptz,
  digest bytea NOT NULL,
  chain bytea NOT NULL,
  PRIMARY KEY (partition, record_offset)
);

-- A hash, because a refused command may name a payment by a text of any length, and a B-tree would not take it.
CREATE INDEX audit_of_subject ON audit USING hash (subject);

-- The same of control data.
CREATE TABLE control_audit (
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  number bigint NOT NULL,
  record_id text,
  type text,
  subject text,
  merchant_id text,
  causation_id text,
  decided_by text,
  occurred_at timestamptz,
  digest bytea NOT NULL,
  chain bytea NOT NULL,
  PRIMARY KEY (partition, record_offset)
);

-- Nothing of ours changes a row. Whoever owns the tables can take this away: what that leaves to be seen is what anchors
-- are for. In `public` wherever the tables are made, since a table that is built beside the live one takes its place and
-- outlasts the schema that it was made in.
CREATE OR REPLACE FUNCTION public.aegispay_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION public.aegispay_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON control_audit
  FOR EACH STATEMENT EXECUTE FUNCTION public.aegispay_refuse_change();

GRANT SELECT ON audit TO aegispay_reader;
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON audit FOR SELECT TO aegispay_reader
  USING (merchant_id = current_setting('aegispay.merchant', true));

-- Down Migration

DROP TABLE control_audit;
DROP TABLE audit;
DROP FUNCTION public.aegispay_refuse_change();
