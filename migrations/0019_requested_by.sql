-- Up Migration

-- Which key of those who run the installation asked for it, where one did. Events from before this show it once the view was
-- built anew.
ALTER TABLE payment_events ADD COLUMN requested_by text;

-- Down Migration

ALTER TABLE payment_events DROP COLUMN requested_by;
