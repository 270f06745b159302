package recommend

import (
	"encoding/json"
	"errors"

	"ballast.internal/ballast/internal/analysis"
)

// ErrClosed says that the service is shutting down.
var ErrClosed = errors.New("recommend: service closed")

// Result is an answer that was given: the exact bytes of it that were
// journalled, and what a log tells of it.
type Result struct {
	ID       string
	Source   string
	Degraded string // the reason; "": none
	Usage    Usage
	Body     []byte
	Took     Stations
}

// Answer reads the body.
func (r Result) Answer() (a Answer, err error) {
	err = json.Unmarshal(r.Body, &a)
	return a, err
}

// Stage is a step on the way to an answer.
type Stage string

// The stages, in order. A request that needs no model call has the first alone;
// after an answer of which nothing could be used, the others may come again.
const (
	StageAnalysis Stage = "analysis" // the analysis is there
	StageQueued   Stage = "queued"   // the call waits for the provider's quota
	StageModel    Stage = "model"    // the model has been asked
	StageChecking Stage = "checking" // the model has answered; its words are checked
)

// Step is one step of a request on its way.
type Step struct {
	Stage    Stage
	Analysis *analysis.Result // with StageAnalysis; not to be changed
	Position int              // with StageQueued: in the queue, from 1
}

// Progress is told of each step on the goroutine of the caller; nil: nobody is.
type Progress func(Step)

func (p Progress) tell(s Step) {
	if p != nil {
		p(s)
	}
}

// Estimate is what a request would take before anything is spent.
type Estimate struct {
	ModelID  string
	Provider string
	// NeedsModel is false when rules alone answer: every figure is then zero.
	NeedsModel bool
	// Cached says that the answer is at hand and would cost nothing now.
	Cached bool
	// InputTokens, OutputTokens and CostNano bound the first call if it is made
	// now: CostNano is what would be reserved for it.
	InputTokens  int
	OutputTokens int
	CostNano     int64 // nano-USD
	// QuotaTokens is what the first call takes of quotas of tokens.
	QuotaTokens int
	// MaxAttempts bounds the calls, each of which is reserved on its own, and
	// MaxCostNano what they cost together.
	MaxAttempts int
	MaxCostNano int64 // nano-USD
}

// CostUSD is the bound of the first call as an exact decimal.
func (e Estimate) CostUSD() string { return usd(e.CostNano) }

// WorstCaseUSD is the bound of all calls the request may make.
func (e Estimate) WorstCaseUSD() string { return usd(e.MaxCostNano) }
