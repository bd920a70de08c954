-- Who calls IMDSv1, by program (refused: answered 401, and no token followed); the same numbers as imds-packet-analyzer report gives on the same lines.
SELECT
  coalesce(fingerprint, 'unknown') AS fingerprint,
  min(coalesce(label, 'unknown caller')) AS label,
  sum(CASE WHEN version = 'v1' AND coalesce(status_code, 0) NOT IN (401, 403) THEN repeat_count ELSE 0 END) AS v1_served,
  sum(CASE WHEN rejected THEN repeat_count ELSE 0 END) AS v1_rejected,
  sum(CASE WHEN version = 'v2' THEN repeat_count ELSE 0 END) AS v2,
  sum(CASE WHEN fallback THEN repeat_count ELSE 0 END) AS fallbacks,
  count(DISTINCT instance_id) AS instances,
  min(time) AS first_seen,
  max(time) AS last_seen,
  sum(CASE WHEN version = 'v1' AND status_code IN (401, 403) AND NOT coalesce(rejected, false) THEN repeat_count ELSE 0 END)
    AS v1_refused_without_harm
FROM imds_events
WHERE action = 'imds-request' AND answered_by IS NULL
GROUP BY coalesce(fingerprint, 'unknown')
ORDER BY v1_served DESC, v1_rejected DESC;
