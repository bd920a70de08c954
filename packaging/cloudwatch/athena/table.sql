-- The lines in an S3 export of the log group (aws logs create-export-task; EXPORT-ID is the folder that it made).
-- The export is gzip text with the time of ingestion before each line, so a line is kept as it is and read as JSON by the view.
CREATE EXTERNAL TABLE imds_lines (
  exported_at string,
  line string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES ('input.regex' = '^(\\S+) (\\{.*\\})\\s*$')
LOCATION 's3://BUCKET/PREFIX/EXPORT-ID/';
