package bedrock

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// DefaultModelID is the model the IAM guide grants.
const DefaultModelID = "anthropic.claude-3-haiku-20240307-v1:0"

// ErrNoPrice says that a model has no price on a date: it cannot be budgeted,
// so it is not called.
var ErrNoPrice = errors.New("no price known for this model on this date")

//go:embed models.json
var defaultModels []byte

// Catalogue is the set of models that may be called, with their dated prices
// and lifecycle. It is immutable.
type Catalogue struct {
	models []ModelSpec
}

// ModelSpec describes one model id or inference profile.
type ModelSpec struct {
	ID              string    // model id, inference profile id, or the full ARN of an application profile
	Name            string    // for people
	ContextTokens   int       // input plus output
	MaxOutputTokens int       // the largest max_tokens the model accepts
	Prefill         bool      // accepts a started assistant turn; otherwise a tool is forced
	Prices          []Price   // ascending by From, at least one
	Legacy          time.Time // zero: not announced
	EndOfLife       time.Time // zero: not announced
	Successor       string    // model id to move to, or ""
}

// Price is what a model costs from a date (00:00 UTC) on, in nano-USD per
// million tokens: 0.25 USD per million is 250_000_000.
type Price struct {
	From   time.Time
	Input  int64
	Output int64
}

// plausibleTokens is more than any model reads or writes in one call. At the
// highest price a catalogue accepts, the cost of it still fits an int64.
const plausibleTokens = 4_000_000

// Cost is the price of so many tokens in nano-USD, rounded up once. More tokens
// than any model takes cost more than any budget holds.
func (p Price) Cost(input, output int) int64 {
	const million = 1_000_000
	if max(input, output) > plausibleTokens {
		return math.MaxInt64
	}
	total := int64(input)*p.Input + int64(output)*p.Output
	return (total + million - 1) / million
}

// Lifecycle is where a model stands on a date.
type Lifecycle string

// The states AWS gives a model.
const (
	Active    Lifecycle = "active"
	Legacy    Lifecycle = "legacy"
	EndOfLife Lifecycle = "end_of_life"
)

// LifecycleAt gives the model's state on a date.
func (m ModelSpec) LifecycleAt(now time.Time) Lifecycle {
	switch {
	case !m.EndOfLife.IsZero() && !now.Before(m.EndOfLife):
		return EndOfLife
	case !m.Legacy.IsZero() && !now.Before(m.Legacy):
		return Legacy
	}
	return Active
}

// Warning is one sentence for operators when the model is on its way out, and
// "" while it is active.
func (m ModelSpec) Warning(now time.Time) string {
	var said string
	switch m.LifecycleAt(now) {
	case EndOfLife:
		said = fmt.Sprintf("%s reached its end of life on %s", m.ID, m.EndOfLife.Format(time.DateOnly))
	case Legacy:
		said = fmt.Sprintf("%s is legacy since %s; AWS may price it higher and refuses accounts that have not used it lately",
			m.ID, m.Legacy.Format(time.DateOnly))
		if !m.EndOfLife.IsZero() {
			said += "; its end of life is " + m.EndOfLife.Format(time.DateOnly)
		}
	default:
		return ""
	}
	if m.Successor != "" {
		said += "; the successor is " + m.Successor
	}
	return said
}

// PublicID is the model's id as callers see it: without the ARN that a profile of
// the account's own may have.
func (m ModelSpec) PublicID() string { return shortID(m.ID) }

// PriceAt is the price in force at a time, or ErrNoPrice.
func (m ModelSpec) PriceAt(now time.Time) (Price, error) {
	for _, p := range slices.Backward(m.Prices) {
		if !now.Before(p.From) {
			return p, nil
		}
	}
	return Price{}, fmt.Errorf("%s: %w", m.ID, ErrNoPrice)
}

// DefaultCatalogue is the catalogue compiled into the program.
func DefaultCatalogue() Catalogue {
	c, err := ParseCatalogue(defaultModels)
	if err != nil {
		panic("bedrock: embedded models.json: " + err.Error()) // a test parses it
	}
	return c
}

// Models lists the models in the order of the file.
func (c Catalogue) Models() []ModelSpec { return slices.Clone(c.models) }

// Lookup finds a model by its id, or by an ARN that ends in one
// (…:foundation-model/ID, …:inference-profile/ID). A regional prefix is never
// stripped: profiles have prices of their own.
func (c Catalogue) Lookup(id string) (ModelSpec, bool) {
	for _, want := range []string{id, shortID(id)} {
		for _, m := range c.models {
			if m.ID == want {
				return m, true
			}
		}
	}
	return ModelSpec{}, false
}

// shortID is a model id without the ARN around it, and so without an account.
func shortID(id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id[strings.LastIndexByte(id, '/')+1:]
	}
	return id
}
