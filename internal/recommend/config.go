package recommend

import (
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"log/slog"
	"time"

	"ballast.internal/ballast/internal/analysis"
)

// Config is what a Service is made of. Model, Ledger, Quota, Journal, Policy
// and Now are required; everything else has a default.
type Config struct {
	Model    Model
	Held     func() *ModelError // why no call would be made now, asked before money is reserved; nil: always made
	Ledger   Ledger
	Quota    Quota
	Journal  Journal
	Peers    Peers    // nil: there are no other replicas
	Observer Observer // nil: nothing is counted
	Policy   *analysis.Policy
	Now      func() time.Time
	// NewID returns a new unique id without a prefix; nil: a ULID. It is called
	// by several goroutines.
	NewID  func() string
	Logger *slog.Logger // nil: nothing is logged
	// Engine names the version of the program in every answer; "": "dev".
	Engine string
	// Canary is the secret word of the prompt; "": a new one per Service.
	Canary      string
	Timeouts    Timeouts
	OutputMode  OutputMode    // "": prefill, or a tool if the model refuses prefill
	CacheTTL    time.Duration // 0: 15 minutes; negative: no cache
	CacheBytes  uint64        // 0: 64 MiB
	RetainYears int           // how long a record must be kept; 0: 6 years
}

// Timeouts bound the work on one request. A zero member takes its default.
type Timeouts struct {
	Work       time.Duration // everything between a cache miss and the answer, 30 s or two Attempts
	Attempt    time.Duration // one model call, 15 s
	Quota      time.Duration // the wait for the provider's quota before one call, 10 s
	Budget     time.Duration // the wait for money that other calls hold, 1 s
	MinAttempt time.Duration // with less time left than this no call is made, 4 s
	Pause      time.Duration // before a second call that the provider did not time, 300 ms
	Ledger     time.Duration // one call of the ledger, 3 s
	Journal    time.Duration // one call of the journal, 5 s
}

// settleTries is how often a settlement is tried; it is idempotent, and one
// that never succeeds leaves the reservation to be charged in full.
const settleTries = 3

func (t Timeouts) withDefaults() Timeouts {
	for _, d := range []struct {
		value *time.Duration
		def   time.Duration
	}{
		{&t.Attempt, 15 * time.Second}, {&t.MinAttempt, 4 * time.Second},
		{&t.Quota, 10 * time.Second}, {&t.Budget, time.Second}, {&t.Pause, 300 * time.Millisecond}, {&t.Ledger, 3 * time.Second}, {&t.Journal, 5 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.def
		}
	}
	if t.Work <= 0 {
		t.Work = max(30*time.Second, 2*t.Attempt) // else a call could not take the time it was given
	}
	return t
}

// Longest is how long a request may take at the most after its portfolio has
// been analysed: what a server's own timeouts must allow for.
func (t Timeouts) Longest() time.Duration {
	t = t.withDefaults()
	return t.Work + settleTries*t.Ledger + t.Journal
}

func (c Config) withDefaults() (Config, error) {
	if c.Model == nil || c.Ledger == nil || c.Quota == nil || c.Journal == nil || c.Policy == nil || c.Now == nil {
		return c, errors.New("recommend: Model, Ledger, Quota, Journal, Policy and Now are required")
	}
	c.Timeouts = c.Timeouts.withDefaults()
	if c.Held == nil {
		c.Held = func() *ModelError { return nil }
	}
	if c.Observer == nil {
		c.Observer = nopObserver{}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.NewID == nil {
		c.NewID = func() string { return NewID(c.Now()) }
	}
	if c.Canary == "" {
		c.Canary = newCanary()
	}
	if c.OutputMode == "" {
		c.OutputMode = OutputPrefill
	}
	if c.Model.Info().ForceTool {
		c.OutputMode = OutputTool
	}
	c.Engine = cmp.Or(c.Engine, "dev")
	c.CacheTTL = cmp.Or(c.CacheTTL, 15*time.Minute)
	c.CacheBytes = cmp.Or(c.CacheBytes, 64<<20)
	c.RetainYears = cmp.Or(c.RetainYears, 6)
	return c, nil
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewID is a 26-character identifier of 48 bits of time and 80 random ones,
// so that ids sort by time. The two spare bits of the encoding lead, as in the
// ULID specification.
func NewID(now time.Time) string {
	var b [20]byte // 4 bytes of padding in front: 26 characters are 130 bits
	binary.BigEndian.PutUint64(b[4:], uint64(now.UnixMilli())<<16)
	_, _ = rand.Read(b[10:]) // never fails: crypto/rand aborts the program instead
	return crockford.EncodeToString(b[:])[6:]
}

// newCanary is a word that no model writes by chance and no reader takes for
// anything: letters only, as the rules for digits apply to it too.
func newCanary() string {
	var b [10]byte
	_, _ = rand.Read(b[:])
	for i := range b {
		b[i] = 'a' + b[i]%26
	}
	return string(b[:])
}

// nopObserver counts nothing.
type nopObserver struct{}

func (nopObserver) Recommendation(string, string, string)   {}
func (nopObserver) Feedback(string, string)                 {}
func (nopObserver) Tokens(string, string, int, int, int64)  {}
func (nopObserver) Operation(string, time.Duration, string) {}
func (nopObserver) Rejection(string)                        {}
func (nopObserver) Cache(string)                            {}
func (nopObserver) Limit(string, string)                    {}
func (nopObserver) Overhead(time.Duration)                  {}
