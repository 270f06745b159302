package recommend

import (
	"context"
	"time"
)

// Ledger keeps the money. Every attempt is one reservation. Implementations
// are durable, safe for concurrent use and idempotent by reservation id.
type Ledger interface {
	// Reserve holds amount against every budget of the client and the global
	// ones, or against none of them. It fails with *BudgetError when a budget
	// is exhausted, and with any other error when the ledger is not to be
	// relied on; in both cases nothing is held.
	Reserve(ctx context.Context, r Reservation) error
	// Settle replaces the reservation by what was billed, even if that is more.
	// Settling again is a no-op.
	Settle(ctx context.Context, id string, billed TokenUsage) error
	// Forfeit charges the whole reservation: the outcome is unknown.
	Forfeit(ctx context.Context, id string) error
	// Release gives the reservation back: it is certain that nothing is billed.
	Release(ctx context.Context, id string) error
}

// Reservation asks for money before an attempt.
type Reservation struct {
	ID       string // unique per attempt
	Client   string
	Batch    string // the job that it is for, which may use a part of each budget alone; "": none
	Model    string
	CostNano int64
	At       time.Time // decides the budget windows it belongs to
	Expires  time.Time // a reservation still open then is charged in full
}

// BudgetError says which budget refused.
type BudgetError struct {
	Budget   string // client or global
	Window   string // day or month
	ResetsAt time.Time
	Held     bool // only what other calls hold stands in the way, of which much comes back
}

// Error names the budget.
func (e *BudgetError) Error() string { return e.Budget + " " + e.Window + " budget exhausted" }

// Quota is the share of Bedrock's account-wide quota that may be used now.
type Quota interface {
	// Acquire waits until one call fits, or fails at once with *QuotaError when it cannot
	// before ctx's deadline, or with *LimitError when a limit of the client's
	// own refuses. The returned Lease must be ended exactly once. While it
	// waits it tells queued the place in the queue, from 1, each time that
	// changes, on the goroutine of the caller.
	Acquire(ctx context.Context, call QuotaCall, queued func(position int)) (Lease, error)
}

// QuotaCall is one call of the model that wants to be admitted.
type QuotaCall struct {
	Client string
	Tokens int  // input plus max_tokens, as Bedrock counts
	Batch  bool // of a batch job: behind all calls that somebody waits for
}

// Lease is one admitted call.
type Lease interface {
	// Done reports how the call went: the tokens really used, and whether
	// Bedrock throttled it.
	Done(used int, throttled bool)
}

// QuotaError says that the Bedrock quota cannot admit the call in time.
type QuotaError struct {
	Limit      string // bedrock_requests, bedrock_tokens, bedrock_in_flight
	RetryAfter time.Duration
}

// Error names the limit.
func (e *QuotaError) Error() string { return "bedrock quota: " + e.Limit }

// LimitError says that a limit of the client's own is used up. Other than the
// provider's quota, which degrades an answer, it refuses the request.
type LimitError struct {
	Limit      string        // client_tokens
	RetryAfter time.Duration // 0: the call is above the whole limit, so that no waiting helps
}

// Error names the limit.
func (e *LimitError) Error() string { return "limit " + e.Limit }

// Journal keeps the record without which no advice is given.
type Journal interface {
	// Append writes the record durably before it returns. Advice whose record
	// cannot be written is not given.
	Append(ctx context.Context, r Record) error
	// Answer returns the stored answer of one of the client's own
	// recommendations, byte for byte, or ErrNotFound.
	Answer(ctx context.Context, client, id string) ([]byte, error)
}

// Record is what is kept of one recommendation, or of what came of it.
type Record struct {
	ID          string // rec_…, fbk_…, qst_…
	Kind        RecordKind
	About       string // the id of the recommendation that it is about or that first had its words, or ""
	CreatedAt   time.Time
	Client      string
	RequestID   string
	RequestHash string // SHA-256 of the canonical request, hex
	Policy      string // version and hash
	Engine      string
	Prompt      string // prompt version and hash
	ModelID     string
	Region      string
	Attempts    []Attempt
	Source      string
	Degraded    string // reason, or ""
	Request     []byte // canonical request
	Answer      []byte // exactly what was returned
	RetainUntil time.Time
	// SavedNano is what a call would have cost that the cache made needless,
	// in nano-USD.
	SavedNano int64
}

// Attempt is one model call as the journal keeps it.
type Attempt struct {
	Reservation  string    `json:"reservation"`
	At           time.Time `json:"at"`
	System       string    `json:"system"`
	User         string    `json:"user"`
	Prefill      string    `json:"prefill,omitempty"`
	Raw          string    `json:"raw"`
	StopReason   string    `json:"stop_reason,omitempty"`
	ErrorKind    string    `json:"error_kind,omitempty"`
	RequestID    string    `json:"request_id,omitempty"`
	InputTokens  int       `json:"input_tokens"`
	OutputTokens int       `json:"output_tokens"`
	CostNano     int64     `json:"cost_nano_usd"`
	ReservedNano int64     `json:"reserved_nano_usd"`
	LatencyMS    int64     `json:"latency_ms"`
	Verdicts     []Verdict `json:"verdicts"`
}

// Verdict is one check's finding on one item of an answer.
type Verdict struct {
	Item   string `json:"item"`   // A3, summary, answer
	Reason string `json:"reason"` // a closed set: see the answer rejections metric
	Action string `json:"action"` // repaired, dropped, rejected
}

// Peers are the other replicas. They share the model's words, so that what one
// has paid for another need not, and do not ask for the same at the same time.
// It is the checked words that are shared and not the answer: every figure is
// computed anew. Each call is short, and after an error the replica goes on as
// if it were alone. Implementations keep the words from being read or made up
// by whoever can reach the place where they are.
type Peers interface {
	// Join returns the words kept under a key, or makes this replica the one
	// that asks for them, or returns neither while another one is asking. One
	// that dies while it asks is forgotten within seconds.
	Join(ctx context.Context, key string) (words []byte, lead Lead, err error)
	// Kept reports whether there are words under a key; false when unknown.
	Kept(ctx context.Context, key string) bool
}

// Lead is the asking of one replica. It must be ended, once.
type Lead interface {
	// End keeps the words for a while, nil for none, and lets others ask.
	End(words []byte, ttl time.Duration)
}

// Observer counts what happens. Every string it is given is from a closed set.
type Observer interface {
	// Recommendation counts one answer given to a client.
	Recommendation(client, source, degraded string)
	// Feedback counts what came of an action, by its kind.
	Feedback(kind, outcome string)
	// Tokens counts what one attempt was billed.
	Tokens(client, model string, input, output int, costNano int64)
	// Operation times one attempt; errorType is an ErrorKind or "".
	Operation(model string, d time.Duration, errorType string)
	// Rejection counts one item of an answer that a check refused.
	Rejection(reason string)
	// Cache counts a look-up: hit, miss, coalesced or bypass.
	Cache(result string)
	// Limit counts a decision: allowed or refused.
	Limit(limit, decision string)
	// Overhead times a request without its model calls.
	Overhead(d time.Duration)
}
