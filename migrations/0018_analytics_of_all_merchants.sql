-- Up Migration

-- Those who run the installation see the figures of all merchants, by time.
CREATE INDEX analytics_by_time ON analytics (grain, starts_at);
CREATE INDEX analytics_declines_by_time ON analytics_declines (grain, starts_at);

CREATE POLICY operator ON analytics FOR SELECT TO aegispay_reader
  USING (current_setting('aegispay.operator', true) = 'on');
CREATE POLICY operator ON analytics_declines FOR SELECT TO aegispay_reader
  USING (current_setting('aegispay.operator', true) = 'on');
CREATE POLICY operator ON analytics_in_flight FOR SELECT TO aegispay_reader
  USING (current_setting('aegispay.operator', true) = 'on');

-- Down Migration

DROP POLICY operator ON analytics_in_flight;
DROP POLICY operator ON analytics_declines;
DROP POLICY operator ON analytics;
DROP INDEX analytics_declines_by_time;
DROP INDEX analytics_by_time;
