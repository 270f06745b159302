package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
)

// wireError is an error as Bedrock sends it.
type wireError struct {
	status  int
	kind    string // ThrottlingException
	message string
	extra   map[string]any // further members of the body
}

// Error is for logs.
func (e *wireError) Error() string { return e.kind + ": " + e.message }

func newError(status int, kind, format string, args ...any) *wireError {
	return &wireError{status: status, kind: kind, message: fmt.Sprintf(format, args...)}
}

// invalid is a ValidationException.
func invalid(format string, args ...any) *wireError {
	return newError(http.StatusBadRequest, "ValidationException", format, args...)
}

// The errors without parameters.
var (
	errMissingToken = newError(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	errUnknownKey   = newError(http.StatusForbidden, "UnrecognizedClientException", "The security token included in the request is invalid.")
	errExpiredToken = newError(http.StatusForbidden, "ExpiredTokenException", "The security token included in the request is expired")
	// From memory.
	errUnknownOperation = newError(http.StatusNotFound, "UnknownOperationException", "Unknown Operation")
	errTooLarge         = newError(http.StatusRequestEntityTooLarge, "ValidationException", "Request body is too large")

	errTooManyRequests = newError(http.StatusTooManyRequests, "ThrottlingException", "Too many requests, please wait before trying again.")
	errTooManyTokens   = newError(http.StatusTooManyRequests, "ThrottlingException", "Too many tokens, please wait before trying again.")
	errMalformedInput  = invalid("Malformed input request, please reformat your input and try again.")
	// Reported of a charset, and of SDKs that were given no type; that these sent
	// application/octet-stream is inferred.
	errContentType  = invalid("The provided Content Type is invalid or not supported for this model")
	errInvalidModel = invalid("The provided model identifier is invalid.")
	errNotCleared   = invalid("Operation not allowed")
	errTokensPerDay = newError(http.StatusTooManyRequests, "ThrottlingException", "Too many tokens per day, please wait before trying again.")
	errTooLong      = invalid("Input is too long for requested model.")
	errNoAccess     = newError(http.StatusForbidden, "AccessDeniedException", "You don't have access to the model with the specified model ID.")
	errEndOfLife    = newError(http.StatusNotFound, "ResourceNotFoundException", "This model version has reached the end of its life. Please refer to the AWS documentation for more details.")
	errLegacy       = newError(http.StatusNotFound, "ResourceNotFoundException", "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock")

	errInternal     = newError(http.StatusInternalServerError, "InternalServerException", "The system encountered an unexpected error during processing. Try your request again.")
	errUnavailable  = newError(http.StatusServiceUnavailable, "ServiceUnavailableException", "Bedrock is unable to process your request.")
	errModelTimeout = newError(http.StatusRequestTimeout, "ModelTimeoutException", "Model has timed out in processing the request. Try your request again.")
	// From memory.
	errQuota = newError(http.StatusBadRequest, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account.")
	// From memory. The emulator has no guardrails.
	errNoGuardrail = invalid("The guardrail identifier or version provided in the request does not exist.")
	// From memory.
	errNotReady = newError(http.StatusTooManyRequests, "ModelNotReadyException", "Model is not ready for inference. Wait and try your request again.")
)

// errModel is what Bedrock makes of a failure inside the model's container.
func errModel(modelID string) *wireError {
	e := newError(http.StatusFailedDependency, "ModelErrorException", "The system encountered an unexpected error during processing. Try your request again.")
	e.extra = map[string]any{"originalStatusCode": http.StatusInternalServerError, "resourceName": modelID}
	return e
}

// errProfileOnly has AWS's own typographic apostrophe, which trips readers of
// error messages.
func errProfileOnly(modelID string) *wireError {
	return invalid("Invocation of model ID %s with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.", modelID)
}

// modelIDPattern is of the service's own model (InvokeModelIdentifier), without
// its alternatives for prompts, routers and SageMaker.
const modelIDPattern = `(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(([0-9]{12}:custom-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}/[a-z0-9]{12})|(:foundation-model/[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|([0-9]{12}:imported-model/[a-z0-9]{12})|([0-9]{12}:provisioned-model/[a-z0-9]{12})|([0-9]{12}:custom-model-deployment/[a-z0-9]{12})|([0-9]{12}:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+)))|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([.:]?[a-z0-9-]{1,63}))|(([0-9a-zA-Z][_-]?)+)|([a-zA-Z0-9-:.]+)$`

var modelIDForm = regexp.MustCompile("^(?:" + modelIDPattern + ")$")

// errModelIDForm comes before IAM is asked.
func errModelIDForm(modelID string) *wireError {
	return invalid("1 validation error detected: Value '%s' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", modelID, modelIDPattern)
}

// coralNamespace follows the error type in the header of real answers.
const coralNamespace = ":http://internal.amazon.com/coral/com.amazon.bedrock/"

func (e *wireError) write(w http.ResponseWriter) {
	body := map[string]any{"message": e.message}
	for k, v := range e.extra {
		body[k] = v
	}
	data, err := json.Marshal(body)
	if err != nil { // strings and numbers always encode
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", e.kind+coralNamespace)
	w.WriteHeader(e.status)
	_, _ = w.Write(data) // the client may have gone; nothing depends on it
}
