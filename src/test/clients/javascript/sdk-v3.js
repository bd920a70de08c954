// Fetches the role's credentials with the provider of the AWS SDK for JavaScript v3.
const { fromInstanceMetadata } = require('@smithy/credential-provider-imds');

fromInstanceMetadata()().then((credentials) => console.log(credentials.accessKeyId));
