-- Credentials of instances' roles that IMDSv1 handed out, as CloudTrail saw them used, beside the log: the numbers of
-- imds-packet-analyzer report --cloudtrail. No log of the instance: watch it next. A log and no fetch in it: the time was not
-- watched, or a call was missed (report says which).
WITH sessions AS (
  SELECT
    split_part(useridentity.arn, '/', 3) AS instance_id,
    useridentity.sessioncontext.sessionissuer.username AS role,
    from_iso8601_timestamp(useridentity.sessioncontext.attributes.creationdate) AS created,
    min(from_iso8601_timestamp(eventtime)) AS first_used,
    max(from_iso8601_timestamp(eventtime)) AS last_used,
    count(*) AS api_calls
  FROM trail
  WHERE useridentity.sessioncontext.ec2roledelivery = '1.0'
  GROUP BY 1, 2, 3
),
fetches AS (
  SELECT
    instance_id,
    fingerprint,
    label,
    regexp_extract(path, '/security-credentials/([^/]+)/*$', 1) AS role,
    from_iso8601_timestamp(coalesce(interval_start, time)) AS fetched_first,
    from_iso8601_timestamp(coalesce(interval_end, time)) AS fetched_last
  FROM imds_events
  WHERE action = 'imds-request' AND version = 'v1' AND coalesce(status_code, 200) BETWEEN 200 AND 299
),
watched AS (
  SELECT DISTINCT instance_id FROM imds_events
)
SELECT
  sessions.instance_id,
  sessions.role,
  sessions.created,
  sessions.first_used,
  sessions.last_used,
  sessions.api_calls,
  max(CASE WHEN watched.instance_id IS NULL THEN 0 ELSE 1 END) AS has_log,
  max(CASE WHEN fetches.fetched_first <= sessions.first_used + INTERVAL '60' SECOND THEN 1 ELSE 0 END) AS fetch_in_log,
  count(DISTINCT fetches.fingerprint) AS callers,
  min(fetches.label) AS a_caller
FROM sessions
LEFT JOIN watched ON watched.instance_id = sessions.instance_id
LEFT JOIN fetches
  ON fetches.instance_id = sessions.instance_id
  AND fetches.role = sessions.role
  AND fetches.fetched_last >= sessions.created - INTERVAL '60' SECOND
  AND fetches.fetched_first <= sessions.last_used + INTERVAL '60' SECOND
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY has_log, fetch_in_log, api_calls DESC;
