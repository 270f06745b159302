package bedrock

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"

	"ballast.internal/ballast/internal/recommend"
)

// maxRetryAfter caps what a server may ask for.
const maxRetryAfter = time.Hour

// diagnose turns a failed attempt into what it means.
//
// What may have been billed: a request whose outcome is unknown (broken off
// after it was sent, or answered by something that is not Bedrock), and one
// that reached the model and failed there. What Bedrock itself refuses is not
// billed.
func diagnose(ctx context.Context, err error, seen *sending, now time.Time) *recommend.ModelError {
	status, header, message := seen.answered()
	if message != "" {
		err = &answered{status, message, err}
	}
	e := &recommend.ModelError{Sent: seen.began.Load(), RetryAfter: retryAfter(header, now), Err: brief{err}}
	var verdict verdict
	var keys *credentialsError
	switch known, ok := exceptionOf(err, message); {
	case ok:
		verdict = known
	case errors.As(err, &keys):
		verdict = verdictNoKeys
	case ctx.Err() != nil:
		verdict = timedOut(ctx)
	case status != 0:
		verdict = foreignAnswer(status, err)
	default:
		verdict = networkFault(err)
	}
	e.Kind, e.Diagnosis = verdict.kind, verdict.diagnosis
	e.Billable = e.Sent && verdict.billable
	return e
}

// answered is a refusal in AWS's own words. They may name the account, so they
// are for the log and the operator's terminal alone.
type answered struct {
	status  int
	message string
	err     error
}

func (a *answered) Error() string {
	return fmt.Sprintf("status %d: %s (%v)", a.status, a.message, a.err)
}
func (a *answered) Unwrap() error { return a.err }

// What a provider says goes into logs and records, where it has so many bytes.
const (
	longestName  = 128
	longestCause = 2048
)

// brief is an error whose text has an end, whatever was answered.
type brief struct{ err error }

func (b brief) Error() string { return clip(b.err.Error(), longestCause) }
func (b brief) Unwrap() error { return b.err }

// clip is the beginning of a text, in valid UTF-8.
func clip(s string, most int) string {
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

// verdict is what an error means. Billable counts only for a request that was
// sent.
type verdict struct {
	kind      recommend.ErrorKind
	diagnosis string
	billable  bool
}

var verdictNoKeys = verdict{recommend.KindCredentials,
	"no usable AWS keys: check the key file, the environment or the role", false}

// exceptionOf recognises the errors of InvokeModel by their types, and those
// of the front door, which checks the signature, by their codes.
func exceptionOf(err error, message string) (verdict, bool) {
	var (
		denied     *types.AccessDeniedException
		notFound   *types.ResourceNotFoundException
		throttled  *types.ThrottlingException
		validation *types.ValidationException
		other      smithy.APIError
	)
	switch {
	case errors.As(err, &denied):
		return deniedMessages.find(message), true
	case errors.As(err, &notFound):
		return notFoundMessages.find(message), true
	case errors.As(err, &throttled):
		return throttledMessages.find(message), true
	case errors.As(err, &validation):
		return validationMessages.find(message), true
	case errors.As(err, &other):
		if strings.Contains(message, "Signature expired") || strings.Contains(message, "Signature not yet current") {
			return clockOff, true
		}
		v, ok := exceptions[other.ErrorCode()]
		return v, ok
	}
	return verdict{}, false
}

// exceptions are the errors whose code says it all. Those of the model itself
// came after it had begun to work, so they may be billed.
var exceptions = map[string]verdict{
	(*types.ModelTimeoutException)(nil).ErrorCode(): {recommend.KindModelTimeout,
		"the model took too long; a lower max_tokens shortens its work", true},
	(*types.ModelErrorException)(nil).ErrorCode(): {recommend.KindUnavailable,
		"the model failed while it worked on the request", true},
	(*types.ModelNotReadyException)(nil).ErrorCode(): {recommend.KindNotReady,
		"the model is not ready yet; try again shortly", false},
	(*types.InternalServerException)(nil).ErrorCode(): {recommend.KindUnavailable,
		"Bedrock reports an internal error", false},
	(*types.ServiceUnavailableException)(nil).ErrorCode(): {recommend.KindUnavailable,
		"Bedrock is not available", false},
	(*types.ServiceQuotaExceededException)(nil).ErrorCode(): {recommend.KindQuota,
		"a service quota of the account is exceeded; ask AWS for more", false},
	"InternalFailure":    {recommend.KindUnavailable, "Bedrock reports an internal error", false},
	"ServiceUnavailable": {recommend.KindUnavailable, "Bedrock is not available", false},

	"UnrecognizedClientException": {recommend.KindCredentials,
		"AWS does not know the access key: it was deleted, deactivated, or is of another partition", false},
	"InvalidClientTokenId": {recommend.KindCredentials,
		"AWS does not know the access key: it was deleted, deactivated, or is of another partition", false},
	"InvalidSignatureException": {recommend.KindCredentials,
		"the signature does not match: the secret key is wrong, the clock is off, or a proxy changed the request", false},
	"SignatureDoesNotMatch": {recommend.KindCredentials,
		"the signature does not match: the secret key is wrong, the clock is off, or a proxy changed the request", false},
	"IncompleteSignatureException": {recommend.KindCredentials,
		"the request was not signed as AWS wants it: a key is malformed, or a proxy changed the headers", false},
	"MissingAuthenticationTokenException": {recommend.KindCredentials,
		"the request arrived without a signature: a proxy removed it", false},
	"ExpiredTokenException": tokenExpired,
	"ExpiredToken":          tokenExpired,
	"RequestExpired":        clockOff,
	"RequestTimeTooSkewed":  clockOff,
}

var (
	tokenExpired = verdict{recommend.KindCredentials, "the session token has expired", false}
	clockOff     = verdict{recommend.KindCredentials,
		"the signature is of another time than AWS has: check this machine's clock", false}
)

// timedOut tells our own deadline from the caller's.
func timedOut(ctx context.Context) verdict {
	why := "the caller's deadline ended the call"
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, recommend.ErrAttemptTimeout):
		why = "the model did not answer within the attempt's timeout"
	case errors.Is(cause, context.Canceled):
		why = "the caller gave the call up"
	}
	return verdict{recommend.KindTimeout, why, true}
}

// foreignAnswer judges a response that is not in Bedrock's terms: a proxy's
// page, an unknown error, a cut-off body. Only where the status says that
// nothing was done is it certain that nothing is billed. A 503 does not: Envoy
// answers with it when the connection broke after the request had gone.
func foreignAnswer(status int, err error) verdict {
	switch {
	case status < 300 && errors.Is(err, errTooLarge):
		return verdict{recommend.KindBadAnswer, "the answer is far too long", true}
	case status < 300:
		return verdict{recommend.KindNetwork, "the connection broke off while the answer came", true}
	case status == http.StatusTooManyRequests:
		return verdict{recommend.KindThrottled, "something before Bedrock refuses the rate of requests", false}
	case status == http.StatusUnauthorized || status == http.StatusProxyAuthRequired:
		return verdict{recommend.KindCredentials, "something before Bedrock asks for other credentials", false}
	case status == http.StatusRequestTimeout: // ModelTimeoutException has it
		return verdict{recommend.KindModelTimeout, "something before Bedrock gave up waiting", true}
	case status >= 500 || status == http.StatusFailedDependency: // ModelErrorException has it
		return verdict{recommend.KindUnavailable, "something before Bedrock answered with status " + strconv.Itoa(status), true}
	case status == http.StatusForbidden:
		return verdict{recommend.KindDenied, "the request was refused without a reason that Bedrock gives", false}
	}
	return verdict{recommend.KindInvalid, "the request was refused with status " + strconv.Itoa(status), false}
}

// networkFault judges an attempt without a response.
func networkFault(err error) verdict {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns):
		return verdict{recommend.KindNetwork, "the name of the Bedrock endpoint does not resolve", true}
	case errors.As(err, &timeout) && timeout.Timeout():
		return verdict{recommend.KindNetwork, "the Bedrock endpoint does not respond", true}
	}
	return verdict{recommend.KindNetwork, "the connection to Bedrock failed", true}
}

// retryAfter reads Retry-After, in seconds or as a date, up to an hour.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil || errors.Is(err, strconv.ErrRange) {
		wait = time.Duration(max(0, min(seconds, int(maxRetryAfter/time.Second)))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, maxRetryAfter))
}
