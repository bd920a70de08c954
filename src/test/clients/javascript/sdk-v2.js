// Fetches the role's credentials with the AWS SDK for JavaScript v2.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const AWS = require('aws-sdk');

new AWS.EC2MetadataCredentials().refresh((error) => {
  if (error) {
    throw error;
  }
  console.log('ok');
});
