package recommend

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Model is one language model. Implementations are safe for concurrent use.
type Model interface {
	// Invoke makes exactly one attempt and never retries. The attempt ends at
	// ctx's deadline. Every failure is a *ModelError. The answer is what came
	// back on the wire, unchecked.
	Invoke(ctx context.Context, req ModelRequest) (ModelAnswer, error)
	// Bound returns what one attempt with req can cost at the most, without
	// any I/O.
	Bound(req ModelRequest) Bound
	// Info describes the model.
	Info() ModelInfo
}

// ModelInfo describes a configured model.
type ModelInfo struct {
	ID       string // anthropic.claude-3-haiku-20240307-v1:0
	Provider string // bedrock or emulator
	Region   string
	// ForceTool is set for models that refuse a prefilled assistant turn.
	ForceTool bool
}

// ModelRequest is one prompt. Temperature is always zero.
type ModelRequest struct {
	System        string
	User          string
	Quoted        string // the part of User that holds a caller's own words; "" for none
	Prefill       string // start of the assistant turn; "" for none
	Tool          *Tool  // forced when set; Prefill is then empty
	MaxTokens     int
	StopSequences []string
}

// Tool is a forced tool: the answer is its input.
type Tool struct {
	Name        string
	Description string
	InputSchema json.RawMessage
}

// ModelAnswer is what the model returned. Text does not contain the prefill;
// for a forced tool it is the tool's input as JSON.
type ModelAnswer struct {
	Text       string
	StopReason string
	Usage      *TokenUsage // nil: the response did not say, the reservation is charged
	RequestID  string      // x-amzn-RequestId
	Latency    time.Duration
}

// TokenUsage is what the provider billed. CostNano is computed by the adapter
// from its dated price, in nano-USD rounded up.
type TokenUsage struct {
	InputTokens  int
	OutputTokens int
	CostNano     int64
}

// Bound is the most an attempt can use: no caller can beat it. It may get
// closer as the model learns from its bills.
type Bound struct {
	InputTokens  int
	OutputTokens int   // the request's MaxTokens
	CostNano     int64 // nano-USD, rounded up
	// ExpectedInputTokens is for the tokens-per-minute quota, where an error
	// overspends nothing. It stays close when InputTokens cannot.
	ExpectedInputTokens int
}

// QuotaTokens is what a call takes of a quota of tokens before it is made.
func (b Bound) QuotaTokens() int { return b.ExpectedInputTokens + b.OutputTokens }

// ErrorKind tells model failures apart. The set is closed: it is a metric
// label and decides the degraded reason.
type ErrorKind string

// The kinds of model failure.
const (
	KindThrottled     ErrorKind = "throttled"      // requests/min or tokens/min quota
	KindDenied        ErrorKind = "denied"         // no policy allows it
	KindExplicitDeny  ErrorKind = "explicit_deny"  // a Deny, an SCP or a quarantine
	KindNoModelAccess ErrorKind = "no_access"      // model access not enabled in the account
	KindProfileOnly   ErrorKind = "profile_only"   // needs an inference profile
	KindInvalidModel  ErrorKind = "invalid_model"  // wrong model id
	KindRetired       ErrorKind = "retired"        // end of life or legacy
	KindNotAllowed    ErrorKind = "not_allowed"    // account not cleared
	KindCredentials   ErrorKind = "credentials"    // signature, key or token refused
	KindInvalid       ErrorKind = "invalid"        // any other ValidationException
	KindQuota         ErrorKind = "quota_exceeded" // ServiceQuotaExceededException
	KindNotReady      ErrorKind = "not_ready"      // ModelNotReadyException
	KindModelTimeout  ErrorKind = "model_timeout"  // ModelTimeoutException
	KindTimeout       ErrorKind = "timeout"        // our own deadline, or the caller's
	KindUnavailable   ErrorKind = "unavailable"    // 5xx, ModelErrorException, breaker open
	KindNetwork       ErrorKind = "network"        // no connection
	KindBadAnswer     ErrorKind = "bad_answer"     // 200 with a body that is not an answer
)

// ErrorKinds returns every kind there is.
func ErrorKinds() []ErrorKind {
	return []ErrorKind{
		KindThrottled, KindDenied, KindExplicitDeny, KindNoModelAccess, KindProfileOnly, KindInvalidModel, KindRetired, KindNotAllowed,
		KindCredentials, KindInvalid, KindQuota, KindNotReady, KindModelTimeout, KindTimeout, KindUnavailable, KindNetwork, KindBadAnswer,
	}
}

// ErrAttemptTimeout is the cause of a context that ended because an attempt had
// all the time that one is given. A deadline without it is the caller's, who
// had less, and says nothing about the provider.
var ErrAttemptTimeout = errors.New("attempt timeout")

// ModelError is every failure of Model.Invoke.
type ModelError struct {
	Kind ErrorKind
	// Sent is false only when it is certain that the request never reached the
	// provider, so that nothing can have been billed.
	Sent bool
	// Billable is true when the provider may have charged although no usage is
	// known (a timeout after sending, an unreadable answer): the whole
	// reservation is then charged. Refusals by the provider are not billable.
	Billable bool
	// Held says that nobody was asked because calls are held back: to try again
	// within one request is of no use.
	Held       bool
	RetryAfter time.Duration // 0: not said
	Diagnosis  string        // one sentence for operators and degraded.detail; no account ids, no keys
	Err        error         // the cause, for the log only
}

// Error gives the kind and the diagnosis.
func (e *ModelError) Error() string { return "model " + string(e.Kind) + ": " + e.Diagnosis }

// Unwrap returns the cause.
func (e *ModelError) Unwrap() error { return e.Err }
