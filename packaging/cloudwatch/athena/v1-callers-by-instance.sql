-- Which instances still see IMDSv1, and by whom.
SELECT
  instance_id,
  host_name,
  label,
  sum(repeat_count) AS calls,
  max(time) AS last_seen
FROM imds_events
WHERE action = 'imds-request' AND version = 'v1' AND answered_by IS NULL
GROUP BY instance_id, host_name, label
ORDER BY calls DESC;
