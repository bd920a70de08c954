-- Which workloads still call IMDSv1: of a cluster, of ECS, of Docker. The same one on many nodes is one row.
SELECT
  workload,
  namespace,
  task_family,
  compose_project,
  compose_service,
  container,
  image,
  sum(repeat_count) AS calls,
  count(DISTINCT instance_id) AS instances,
  max(time) AS last_seen
FROM imds_events
WHERE action = 'imds-request' AND version = 'v1' AND answered_by IS NULL AND workload IS NOT NULL
GROUP BY workload, namespace, task_family, compose_project, compose_service, container, image
ORDER BY calls DESC;
