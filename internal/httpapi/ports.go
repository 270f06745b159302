package httpapi

import (
	"context"
	"errors"
	"io"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/recommend"
)

// Service answers requests. It is safe for concurrent use; *recommend.Service
// is one.
type Service interface {
	// Recommend returns the answer and the journalled bytes of it. When ctx
	// ends it returns, and finishes what has been paid for on its own.
	Recommend(ctx context.Context, req recommend.Request, progress recommend.Progress) (recommend.Result, error)
	// Analyze returns the analysis in words, and spends nothing.
	Analyze(ctx context.Context, req recommend.Request) (*analysis.Result, error)
	// Estimate bounds what Recommend would take, and spends nothing.
	Estimate(ctx context.Context, req recommend.Request) (recommend.Estimate, error)
	// Feedback records what came of one of the client's own recommendations.
	Feedback(ctx context.Context, f recommend.Feedback) (recommend.Receipt, error)
	// Ask answers a question from the facts of one of the client's own
	// recommendations.
	Ask(ctx context.Context, q recommend.Question) (recommend.Reply, error)
}

// Answers reads the journal; every recommend.Journal is one.
type Answers interface {
	// Answer returns the stored answer of one of the client's own
	// recommendations, or recommend.ErrNotFound.
	Answer(ctx context.Context, client, id string) ([]byte, error)
}

// Budgets tells the state of budgets. It counts nothing.
type Budgets interface {
	// Balances are a client's own, by day and month.
	Balances(ctx context.Context, client string, now time.Time) ([]budget.Balance, error)
	// GlobalBalances are those that all clients share; a client never sees them.
	GlobalBalances(ctx context.Context, now time.Time) ([]budget.Balance, error)
}

// Records reads the journal of all clients. Who may is for the caller to know.
type Records interface {
	// List returns at most limit records, the newest first, and the cursor of
	// the next page, "" after the last. It fails with recommend.ErrCursor.
	List(ctx context.Context, cursor string, limit int, f recommend.RecordFilter) ([]recommend.RecordSummary, string, error)
	// Record returns a record of any client, or recommend.ErrNotFound.
	Record(ctx context.Context, id string) (recommend.Record, error)
	// Verify proves the chain of records, or says where it breaks.
	Verify(ctx context.Context) (Verification, error)
}

// Verification is what a proof of the journal found.
type Verification struct {
	Records int64
	Head    string      // hex
	Fault   *ChainFault // nil: the chain holds
}

// ChainFault is the first record at which a chain breaks.
type ChainFault struct {
	Number int64
	ID     string // "" when it is gone
	What   string // changed, missing, inserted, reordered or head
}

// Overview tells the use of all clients.
type Overview interface {
	// AllBalances are the global budgets and those of every client.
	AllBalances(ctx context.Context, now time.Time) ([]budget.Balance, error)
	// Statistics sums up what was used from a time, inclusive, to another,
	// exclusive, in buckets of a length.
	Statistics(ctx context.Context, from, to time.Time, length time.Duration) (recommend.Statistics, error)
}

// Principal is whoever is asking.
type Principal struct {
	Name string // a configured client's name: a metric label
	Role apikey.Role
}

// ErrUnauthenticated says that a bearer token is not valid. Why is nobody's
// business.
var ErrUnauthenticated = errors.New("not authenticated")

// Authenticator tells who holds a bearer token. It fails with
// ErrUnauthenticated, or with another error when it cannot tell now.
type Authenticator interface {
	Authenticate(ctx context.Context, token string, now time.Time) (Principal, error)
}

// Limiter bounds how much a client, or an address, may ask. It never fails:
// when its own store does, it falls back on what it knows itself.
type Limiter interface {
	// Take admits one request, or refuses it and takes nothing from any limit.
	// Its memory is bounded, however many names there are.
	Take(ctx context.Context, name string, now time.Time) Decision
}

// Decision is what a Limiter decided, and where the client's limits now stand.
type Decision struct {
	Allowed    bool
	Refused    string        // the name of the limit that refused
	RetryAfter time.Duration // when refused: jitter included
	Limits     []LimitState
	Release    func() // when allowed: ends the request, called once; nil: nothing to end
}

// LimitState is one limit of a client. Its name is a metric label.
type LimitState struct {
	Name      string
	Quota     int
	Window    time.Duration // 0: so many at once
	Remaining int
	Reset     time.Duration // until more is allowed
}

// ErrKeyInProgress says that the first request with an idempotency key is
// under way.
var ErrKeyInProgress = errors.New("idempotency key in progress")

// ErrKeyReused says that an idempotency key was used for another request.
var ErrKeyReused = errors.New("idempotency key reused")

// Idempotency keeps answers by client and key for 24 hours, durably. A claim
// that is neither completed nor abandoned lapses after a while.
type Idempotency interface {
	// Begin claims a key for a request, told by its hash. It returns the body
	// of the answer when the same request was completed before, nil when the
	// caller has to answer it now, and otherwise ErrKeyInProgress or
	// ErrKeyReused.
	Begin(ctx context.Context, client, key, hash string, now time.Time) ([]byte, error)
	// Complete stores the answer.
	Complete(ctx context.Context, client, key string, body []byte) error
	// Abandon gives the claim up, so that the request may be sent again.
	Abandon(ctx context.Context, client, key string) error
}

// Batches takes in jobs of many requests and tells what becomes of them;
// *batch.Jobs is one.
type Batches interface {
	// Receive takes a job in as its body arrives; see batch.Intake.
	Receive(ctx context.Context, j batch.Job, body io.Reader, key string, reply func(batch.Job) ([]byte, error)) (batch.Received, error)
	// Job returns one of the client's own jobs, or batch.ErrNotFound.
	Job(ctx context.Context, client, id string) (batch.Job, error)
	// Cancel cancels one of the client's own jobs.
	Cancel(ctx context.Context, client, id string, now time.Time) error
	// Results returns results after a line, in order and without a gap.
	Results(ctx context.Context, client, id string, after, limit int) ([]batch.Result, error)
	// Stopping is closed when the server stops: who follows results is to leave,
	// and who sends a job to come again.
	Stopping() <-chan struct{}
}

// Model is one line of GET /v1/models. Prices are exact decimals in USD per
// million tokens, dates YYYY-MM-DD; "" stands for what is not known.
type Model struct {
	ID, Name, Provider, Region     string
	InUse                          bool
	ContextTokens, MaxOutputTokens int
	PriceFrom, InputPrice          string
	OutputPrice                    string
	Lifecycle                      string // active, legacy or end_of_life
	LegacyOn, EndOfLifeOn          string
	Successor                      string
}
