-- For each instance: its calls, and the days proven to have been watched. No calls and many days: its endpoint can be off.
SELECT
  instance_id,
  host_name,
  sum(CASE WHEN action = 'imds-request' AND answered_by IS NULL AND version = 'v1' THEN repeat_count ELSE 0 END) AS v1_calls,
  sum(CASE WHEN action = 'imds-request' AND answered_by IS NULL AND version = 'v2' THEN repeat_count ELSE 0 END) AS v2_calls,
  sum(CASE WHEN action = 'imds-summary' THEN coverage_seconds ELSE 0 END) / 86400 AS days_watched,
  max(CASE WHEN action = 'imds-request' AND answered_by IS NULL AND version = 'v1' THEN time END) AS last_v1,
  max(CASE WHEN action = 'imds-summary' THEN interval_end END) AS watched_until,
  sum(coalesce(unseen_connects, 0)) AS unseen_connects
FROM imds_events
GROUP BY instance_id, host_name
ORDER BY v1_calls DESC, days_watched DESC;
