-- What went through a process between the caller and IMDS: answered by it (local-proxy), or passed on by it to IMDS.
SELECT
  proxy_name,
  proxy_executable,
  coalesce(answered_by, 'imds') AS answered_by,
  label,
  instance_id,
  sum(CASE WHEN version = 'v1' THEN repeat_count ELSE 0 END) AS v1_calls,
  sum(repeat_count) AS calls,
  max(time) AS last_seen
FROM imds_events
WHERE action = 'imds-request' AND (answered_by IS NOT NULL OR proxy_name IS NOT NULL)
GROUP BY proxy_name, proxy_executable, coalesce(answered_by, 'imds'), label, instance_id
ORDER BY calls DESC;
