-- CloudTrail's records as a table, with the few members that the join needs. Put your trail's place into LOCATION, and add partitions
-- (or the properties of partition projection) for the accounts, Regions and days that you ask for.
CREATE EXTERNAL TABLE trail (
  eventtime string, eventsource string, eventname string, useragent string,
  useridentity struct<principalid:string, arn:string,
    sessioncontext:struct<sessionissuer:struct<username:string>,
      attributes:struct<creationdate:string>, ec2roledelivery:string>>)
PARTITIONED BY (account string, region string, day string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://BUCKET/AWSLogs/';
