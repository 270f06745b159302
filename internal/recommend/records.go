package recommend

import (
	"cmp"
	"errors"
	"time"
)

// RecordKind is what a record keeps.
type RecordKind string

// The kinds of records. What comes of a recommendation names it in About, and so
// does another recommendation that repeats its words.
const (
	RecordRecommendation RecordKind = ""
	RecordFeedback       RecordKind = "feedback"
	RecordQuestion       RecordKind = "question"
)

// Name is what readers of the journal call the kind.
func (k RecordKind) Name() string { return cmp.Or(string(k), "recommendation") }

// ErrCursor says that a cursor was not given out by the journal.
var ErrCursor = errors.New("invalid cursor")

// RecordFilter narrows a list of records. Zero fields let everything pass.
type RecordFilter struct {
	Client    string
	Kind      *RecordKind
	About     string // the id of a recommendation: what came of it, and what repeats it
	RequestID string
	Source    string
	Degraded  string // a degraded reason
	// Since and Until bound the creation time; Until is exclusive.
	Since, Until time.Time
}

// RecordSummary is a record without its content.
type RecordSummary struct {
	ID          string
	CreatedAt   time.Time
	Kind        RecordKind
	About       string
	Client      string
	RequestID   string
	RequestHash string
	Policy      string
	Engine      string
	Prompt      string
	ModelID     string
	Source      string
	Degraded    string
}

// Statistics are what was used and given in some time.
type Statistics struct {
	Buckets  []Bucket  // by time and client; none in which nothing happened
	Outcomes []Outcome // by client, source and reason
}

// Bucket is the use of one client in one part of the time.
type Bucket struct {
	Start                     time.Time
	Client                    string
	InputTokens, OutputTokens int64
	CostNano, SavedNano       int64 // nano-USD
	Answers                   int64
}

// Outcome counts a client's answers of one source and degraded reason.
type Outcome struct {
	Client, Source, Degraded string
	Count                    int64
}
