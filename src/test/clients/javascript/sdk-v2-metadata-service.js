// Reads one item with MetadataService.request of the AWS SDK for JavaScript v2, which never asks for a token.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const AWS = require('aws-sdk');

new AWS.MetadataService().request('/latest/meta-data/instance-id', (error, body) => {
  if (error) {
    throw error;
  }
  console.log(body);
});
