-- One row a line, columns named after the fields. What is no line of the analyzer has no action.
-- A line that was delivered twice stands here once.
CREATE OR REPLACE VIEW imds_events AS
SELECT DISTINCT
  json_extract_scalar(line, '$.timestamp') AS time,
  json_extract_scalar(line, '$.event.action') AS action,
  json_extract_scalar(line, '$.event.start') AS interval_start,
  json_extract_scalar(line, '$.event.end') AS interval_end,
  json_extract_scalar(line, '$.cloud.account.id') AS account_id,
  json_extract_scalar(line, '$.cloud.region') AS region,
  json_extract_scalar(line, '$.cloud.instance.id') AS instance_id,
  json_extract_scalar(line, '$.host.name') AS host_name,
  json_extract_scalar(line, '$.imds.version') AS version,
  json_extract_scalar(line, '$.imds.category') AS category,
  CAST(json_extract_scalar(line, '$.imds.repeat_count') AS bigint) AS repeat_count,
  CAST(json_extract_scalar(line, '$.http.response.status_code') AS integer) AS status_code,
  json_array_contains(json_extract(line, '$.imds.findings'), 'imdsv1-fallback') AS fallback,
  json_array_contains(json_extract(line, '$.imds.findings'), 'imdsv1-rejected') AS rejected,
  json_extract_scalar(line, '$.url.path') AS path,
  json_extract_scalar(line, '$.user_agent.original') AS user_agent,
  json_extract_scalar(line, '$.source.ip') AS source_ip,
  CAST(json_extract_scalar(line, '$.source.port') AS integer) AS source_port,
  CAST(json_extract_scalar(line, '$.event.duration') AS bigint) AS duration_nanos,
  json_extract_scalar(line, '$.caller.fingerprint') AS fingerprint,
  json_extract_scalar(line, '$.caller.label') AS label,
  json_extract_scalar(line, '$.caller.workload') AS workload,
  json_extract_scalar(line, '$.k8s.namespace.name') AS namespace,
  json_extract_scalar(line, '$.k8s.pod.name') AS pod,
  coalesce(json_extract_scalar(line, '$.k8s.container.name'), json_extract_scalar(line, '$.aws.ecs.container.name'),
    json_extract_scalar(line, '$.container.name')) AS container,
  json_extract_scalar(line, '$.aws.ecs.task.family') AS task_family,
  json_extract_scalar(line, '$.container.labels.com_docker_compose_project') AS compose_project,
  json_extract_scalar(line, '$.container.labels.com_docker_compose_service') AS compose_service,
  json_extract_scalar(line, '$.container.image.name') AS image,
  json_extract_scalar(line, '$.process.lineage') AS lineage,
  json_extract_scalar(line, '$.attribution.method') AS attribution,
  CAST(json_extract_scalar(line, '$.coverage.seconds') AS double) AS coverage_seconds
FROM imds_lines
WHERE json_extract_scalar(line, '$.event.action') IS NOT NULL;
