// Package bedrock calls Claude on Amazon Bedrock through InvokeModel. It is the
// only package that imports the AWS SDK.
//
// One Invoke is one attempt: the SDK's own retries are off, because every
// attempt is paid for and therefore reserved by the caller. The package turns
// every failure into a recommend.ModelError that says what Bedrock meant, and
// whether the attempt can have been billed.
package bedrock
