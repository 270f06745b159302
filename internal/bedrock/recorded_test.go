package bedrock

import "ballast.internal/ballast/internal/recommend"

// coral is the error type header as Bedrock's front end writes it.
const coral = ":http://internal.amazon.com/coral/com.amazon.bedrock/"

// recorded are the shapes in which Bedrock, its front door and what stands
// before them refuse.
var recorded = []struct {
	name      string
	status    int
	errorType string // x-amzn-ErrorType
	body      string
	kind      recommend.ErrorKind
	billable  bool
	says      string // part of the diagnosis
}{
	{"policy missing", 403, "AccessDeniedException" + coral,
		`{"Message":"User: arn:aws:iam::111122223333:user/wealth-management-app-user is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0 because no identity-based policy allows the bedrock:InvokeModel action"}`,
		recommend.KindDenied, false, "no policy"},
	{"explicit deny", 403, "AccessDeniedException",
		`{"Message":"User: arn:aws:iam::111122223333:user/u is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/x with an explicit deny in an identity-based policy"}`,
		recommend.KindExplicitDeny, false, "AWSCompromisedKeyQuarantine"},
	{"explicit deny by SCP", 403, "AccessDeniedException",
		`{"message":"User: arn:aws:iam::111122223333:user/u is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:::foundation-model/x with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1"}`,
		recommend.KindExplicitDeny, false, "service control policy"},
	{"no model access", 403, "AccessDeniedException" + coral,
		`{"message":"You don't have access to the model with the specified model ID."}`,
		recommend.KindNoModelAccess, false, "not enabled"},
	{"no subscription", 403, "AccessDeniedException",
		`{"message":"Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to the Amazon Bedrock documentation for further details."}`,
		recommend.KindNoModelAccess, false, "no subscription"},
	{"no payment", 403, "AccessDeniedException",
		`{"message":"Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be provided."}`,
		recommend.KindNoModelAccess, false, "payment"},
	{"no use case form", 404, "ResourceNotFoundException",
		`{"message":"Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model."}`,
		recommend.KindNoModelAccess, false, "use case"},
	{"denied, nothing said", 403, "AccessDeniedException", `{}`, recommend.KindDenied, false, "no policy"},

	{"profile only", 400, "ValidationException" + coral,
		`{"message":"Invocation of model ID anthropic.claude-3-haiku-20240307-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model."}`,
		recommend.KindProfileOnly, false, "inference profile"},
	{"profile only, straight apostrophe", 400, "ValidationException",
		`{"message":"Invocation of model ID x with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model."}`,
		recommend.KindProfileOnly, false, "inference profile"},
	{"wrong id", 400, "ValidationException", `{"message":"The provided model identifier is invalid."}`,
		recommend.KindInvalidModel, false, "model id"},
	{"id of no form", 400, "ValidationException" + coral,
		`{"message":"1 validation error detected: Value 'anthropic.claude-v2:0:100k' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:…"}`,
		recommend.KindInvalidModel, false, "form"},
	{"not cleared", 400, "ValidationException", `{"message":"Operation not allowed"}`,
		recommend.KindNotAllowed, false, "Support"},
	{"end of life", 404, "ResourceNotFoundException",
		`{"message":"This model version has reached the end of its life. Please refer to the AWS documentation for more details."}`,
		recommend.KindRetired, false, "successor"},
	{"legacy", 404, "ResourceNotFoundException",
		`{"message":"Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock"}`,
		recommend.KindRetired, false, "legacy"},
	{"not found", 404, "ResourceNotFoundException", `{"message":"Could not resolve the foundation model from the provided model identifier."}`,
		recommend.KindInvalidModel, false, "no such model"},
	{"other fault", 400, "ValidationException",
		`{"message":"max_tokens: 5000 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"}`,
		recommend.KindInvalid, false, "fault in the request"},

	{"too many requests", 429, "ThrottlingException" + coral, `{"message":"Too many requests, please wait before trying again."}`,
		recommend.KindThrottled, false, "requests-per-minute"},
	{"too many tokens", 429, "ThrottlingException", `{"message":"Too many tokens, please wait before trying again."}`,
		recommend.KindThrottled, false, "tokens-per-minute"},
	{"too many tokens today", 429, "ThrottlingException", `{"message":"Too many tokens per day, please wait before trying again."}`,
		recommend.KindThrottled, false, "tokens-per-day"},
	{"quota", 400, "ServiceQuotaExceededException", `{"message":"exceeded"}`, recommend.KindQuota, false, "service quota"},
	{"not ready", 429, "ModelNotReadyException", `{"message":"Model is not ready for inference."}`, recommend.KindNotReady, false, "not ready"},

	{"model timeout", 408, "ModelTimeoutException", `{"message":"Model has timed out in processing the request."}`,
		recommend.KindModelTimeout, true, "too long"},
	{"model error", 424, "ModelErrorException", `{"message":"failed","originalStatusCode":500,"resourceName":"x"}`,
		recommend.KindUnavailable, true, "failed while"},
	{"internal error", 500, "InternalServerException", `{"message":"The system encountered an unexpected error during processing. Try your request again."}`,
		recommend.KindUnavailable, false, "internal error"},
	{"unavailable", 503, "ServiceUnavailableException", `{"message":"Bedrock is unable to process your request."}`,
		recommend.KindUnavailable, false, "not available"},

	{"unknown key", 403, "UnrecognizedClientException", `{"message":"The security token included in the request is invalid."}`,
		recommend.KindCredentials, false, "does not know the access key"},
	{"wrong signature", 403, "InvalidSignatureException",
		`{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."}`,
		recommend.KindCredentials, false, "signature"},
	{"expired token", 403, "ExpiredTokenException", `{"message":"The security token included in the request is expired"}`,
		recommend.KindCredentials, false, "expired"},
	{"signature of another time", 403, "InvalidSignatureException",
		`{"message":"Signature expired: 20261126T101500Z is now earlier than 20261126T102000Z (20261126T102500Z - 5 min.)"}`,
		recommend.KindCredentials, false, "clock"},
	{"signature of a time to come", 403, "InvalidSignatureException",
		`{"message":"Signature not yet current: 20261126T103100Z is still later than 20261126T103000Z (20261126T102500Z + 5 min.)"}`,
		recommend.KindCredentials, false, "clock"},
	{"clocks too far apart", 403, "RequestTimeTooSkewed",
		`{"message":"The difference between the request time and the current time is too large."}`,
		recommend.KindCredentials, false, "clock"},
	{"no signature", 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`,
		recommend.KindCredentials, false, "without a signature"},

	{"type in the body only", 429, "", `{"__type":"com.amazon.bedrock#ThrottlingException","message":"Too many requests, please wait before trying again."}`,
		recommend.KindThrottled, false, "requests-per-minute"},
	{"unknown exception", 400, "BrandNewException", `{"message":"new"}`, recommend.KindInvalid, false, "status 400"},
	{"proxy's gateway page", 502, "", `<html>Bad Gateway</html>`, recommend.KindUnavailable, true, "status 502"},
	{"proxy's timeout page", 504, "", `<html>Gateway Timeout</html>`, recommend.KindUnavailable, true, "status 504"},
	{"Envoy's broken connection", 503, "", `upstream connect error or disconnect/reset before headers. reset reason: connection termination`,
		recommend.KindUnavailable, true, "status 503"},
	{"model timeout without a word", 408, "", ``, recommend.KindModelTimeout, true, "gave up waiting"},
	{"model error without a word", 424, "", ``, recommend.KindUnavailable, true, "status 424"},
	{"proxy refuses the rate", 429, "", `slow down`, recommend.KindThrottled, false, "before Bedrock"},
	{"proxy wants a log-in", 407, "", ``, recommend.KindCredentials, false, "other credentials"},
	{"proxy forbids", 403, "", `<html>no</html>`, recommend.KindDenied, false, "refused"},
	{"redirect", 307, "", ``, recommend.KindInvalid, false, "status 307"},
}
