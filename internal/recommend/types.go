// Package recommend turns a valued portfolio into a checked recommendation. It
// owns the prompt, the model's answer and its verification, the rules text,
// the cache and the order in which money, quota and model are used. It knows
// no HTTP, no AWS and no database: those stand behind the interfaces of
// its ports.
package recommend

import (
	"errors"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

// ErrNotFound says that no such recommendation exists for this client.
var ErrNotFound = errors.New("recommendation not found")

// ErrJournal says that the record could not be written, so that no advice may
// be given.
var ErrJournal = errors.New("journal unavailable")

// Mode says whether the model may, must not or must be used.
type Mode string

// The modes of a request.
const (
	ModeAuto  Mode = "auto"
	ModeRules Mode = "rules"
	ModeModel Mode = "model"
)

// Audience is who will read the text.
type Audience string

// The audiences of a request.
const (
	AudienceClient  Audience = "client"
	AudienceAdviser Audience = "adviser"
)

// Options are the caller's wishes about the answer.
type Options struct {
	Audience           Audience
	Language           string // BCP 47 primary tag, one of Languages
	MaxRecommendations int    // 1..20
	Mode               Mode
	Descriptive        bool // output: descriptive leaves trades out
}

// Request is one valid request: the portfolio has passed portfolio.Validate.
type Request struct {
	Client      string // the authenticated client's name
	RequestID   string
	TraceID     string // of the W3C Trace Context, for logs; "": none
	Portfolio   portfolio.Portfolio
	Profile     portfolio.Profile
	Target      portfolio.Allocation
	Constraints portfolio.Constraints
	Options     Options
	// Batch is the job that the request is a line of; "": somebody waits for it.
	// A line uses the parts of budgets and quota that are left to jobs.
	Batch string
	// Patient asks for *ModelUnavailableError in place of a degraded answer
	// where a later request may fare better; see Degraded.Passes.
	Patient bool
	// Canonical is the canonical JSON of the request: equal requests have equal
	// bytes. It is hashed for the cache and kept by the journal.
	Canonical []byte
}

// Answer is what the caller gets, in the shape of the contract.
type Answer struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	Advice
	Usage    Usage    `json:"usage"`
	Versions Versions `json:"versions"`
}

// Advice is the part of an answer that stays the same when it is given again.
type Advice struct {
	Source          string           `json:"source"` // model, mixed, rules
	Degraded        *Degraded        `json:"degraded"`
	Summary         string           `json:"summary"`
	Recommendations []Recommendation `json:"recommendations"`
	Analysis        *analysis.Result `json:"analysis"`
	Disclosures     []string         `json:"disclosures"`
}

// Recommendation is one action with its words. The words are the only part
// the model may have written.
type Recommendation struct {
	ID        string             `json:"id"`
	Kind      string             `json:"kind"`
	Priority  int                `json:"priority"`
	Severity  analysis.Severity  `json:"severity"`
	Source    string             `json:"source"` // model or rules: who wrote the rationale
	Title     string             `json:"title"`
	Rationale string             `json:"rationale"`
	Trades    []analysis.Trade   `json:"trades"`
	Payments  []analysis.Payment `json:"payments,omitempty"`
	DependsOn []string           `json:"depends_on,omitempty"`
	Impact    []analysis.Impact  `json:"impact"`
	Evidence  []string           `json:"evidence"`
	Caveats   []string           `json:"caveats"`
}

// Degraded says why the model's words are missing.
type Degraded struct {
	Reason     string `json:"reason"`
	RetryAfter *int   `json:"retry_after_s"` // whole seconds; null when unknown
	Detail     string `json:"detail"`
}

// Passes reports whether the model's words may be had later at no further
// cost: nothing was billed for what is missing now.
func (d Degraded) Passes() bool {
	switch d.Reason {
	case ReasonBudget, ReasonThrottled, ReasonUnavailable, ReasonLedger:
		return true
	}
	return false
}

// The degraded reasons, a closed set.
const (
	ReasonBudget      = "budget_exhausted"
	ReasonThrottled   = "model_throttled"
	ReasonUnavailable = "model_unavailable"
	ReasonDenied      = "model_denied"
	ReasonRetired     = "model_retired"
	ReasonTimeout     = "model_timeout"
	ReasonRejected    = "answer_rejected"
	ReasonLedger      = "ledger_unavailable"
)

// Usage is what the answer cost.
type Usage struct {
	ModelID      string `json:"model_id"`
	Provider     string `json:"provider"`
	InputTokens  int    `json:"input_tokens"`
	OutputTokens int    `json:"output_tokens"`
	CostUSD      string `json:"cost_usd"` // exact, from nano-USD
	Attempts     int    `json:"attempts"`
	Cached       bool   `json:"cached"`
	// WordsFrom is the recommendation that the words were first given in; nil
	// for new ones, and where an older version kept them without it.
	WordsFrom *string `json:"words_from"`
	ModelMS   int64   `json:"model_ms"`
}

// Versions names everything that shaped the answer.
type Versions struct {
	Prompt string `json:"prompt"`
	Policy string `json:"policy"`
	Engine string `json:"engine"`
}
