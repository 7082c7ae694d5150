-- Up Migration

-- Where the log of a partition ended and when, of the last end that a view is known to have come to. Readers say by it as of
-- when their answers are.
CREATE TABLE projection_freshness (
  view text NOT NULL,
  partition integer NOT NULL,
  log_end bigint NOT NULL,
  as_of timestamptz NOT NULL,
  PRIMARY KEY (view, partition)
);

GRANT SELECT ON projection_freshness TO aegispay_reader;

-- Down Migration

DROP TABLE projection_freshness;
