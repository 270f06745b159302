package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"time"
)

// Config is everything an emulator depends on.
type Config struct {
	// Region serves the models. Requests are of the region they are signed for,
	// since one address stands for the endpoints of all: that a policy allows no
	// other region can be seen, and in another there is no model.
	Region      string
	Credentials []Credential
	// Authorize decides every request but sts:GetCallerIdentity. It is required
	// and must be safe for concurrent use.
	Authorize func(AuthzRequest) AuthzDecision
	Models    []Model
	Profiles  []Profile // cross-region inference profiles
	Quota     Quota
	Latency   Latency
	Faults    Faults
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Source decides about faults, jitter and ids; nil means a random seed.
	Source rand.Source
	// Logger gets one debug line for each request; nil means none.
	Logger *slog.Logger
	// Observe, if set, is told of every InvokeModel call that passed
	// authorization. It is called from several goroutines.
	Observe func(Call)
}

// Model is a foundation model that is served.
type Model struct {
	ID            string // anthropic.claude-3-haiku-20240307-v1:0
	ContextWindow int    // tokens, input and output together
	MaxOutput     int    // the largest max_tokens

	// Nano-USD for each token.
	InputNano, OutputNano int64

	ProfileOnly bool      // no on-demand throughput under its own id
	NoPrefill   bool      // refuses a final assistant turn
	NoAccess    bool      // model access is not enabled in the account
	NotCleared  bool      // the account is not cleared for the model
	Legacy      bool      // refused for accounts that have not used it lately
	EndOfLife   time.Time // refused from then on; zero for never
}

// Profile is a cross-region inference profile.
type Profile struct {
	ID      string   // us.anthropic.claude-3-haiku-20240307-v1:0
	Model   string   // the model behind it
	Regions []string // where a call may be routed
}

// Quota is the account's quota for one model. Zero means unlimited.
type Quota struct {
	RequestsPerMinute int
	TokensPerMinute   int // input plus max_tokens at first, settled afterwards
}

// Latency is how long the model thinks.
type Latency struct {
	Base           time.Duration
	PerOutputToken time.Duration
	Jitter         float64 // up to so much more, as a fraction of the whole
}

// Call is one InvokeModel call as its caller sent it.
type Call struct {
	Model     string // as asked for
	Body      []byte
	Outcome   string // ok, or the error type
	RequestID string
}

// DefaultModels are Claude 3 Haiku as the service uses it by default, and a
// successor that only an inference profile serves and that refuses prefill.
// Prices are the public list prices on demand.
func DefaultModels() []Model {
	return []Model{
		{ID: "anthropic.claude-3-haiku-20240307-v1:0", ContextWindow: 200_000, MaxOutput: 4096, InputNano: 250, OutputNano: 1250},
		{ID: "anthropic.claude-haiku-4-5-20251001-v1:0", ContextWindow: 200_000, MaxOutput: 64_000, InputNano: 1000, OutputNano: 5000, ProfileOnly: true},
	}
}

// DefaultProfiles route the default models within the United States, as from
// us-east-2.
func DefaultProfiles() []Profile {
	regions := []string{"us-east-1", "us-east-2", "us-west-2"}
	var out []Profile
	for _, m := range DefaultModels() {
		out = append(out, Profile{ID: "us." + m.ID, Model: m.ID, Regions: regions})
	}
	return out
}

var (
	regionForm = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	modelForm  = regexp.MustCompile(`^[a-z0-9.-]+(:[0-9]+)?$`)
)

// Validate reports every fault of the configuration.
func (c *Config) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !regionForm.MatchString(c.Region) {
		fault("region %q is not an AWS region", c.Region)
	}
	if c.Authorize == nil {
		fault("there is no authorization")
	}
	if len(c.Models) == 0 {
		fault("there is no model")
	}
	for _, cred := range c.Credentials {
		if err := cred.validate(); err != nil {
			fault("credential %s: %w", cred.AccessKeyID, err)
		}
	}
	known := map[string]bool{}
	for _, m := range c.Models {
		if err := m.validate(); err != nil {
			fault("model %q: %w", m.ID, err)
		}
		known[m.ID] = true
	}
	for _, p := range c.Profiles {
		if !known[p.Model] || len(p.Regions) == 0 {
			fault("profile %q names no served model or no region", p.ID)
		}
	}
	for _, n := range []int{c.Quota.RequestsPerMinute, c.Quota.TokensPerMinute} {
		if n < 0 || n > mostQuota {
			fault("a quota of %d is not between 0 and %d a minute", n, mostQuota)
		}
	}
	if c.Latency.Base < 0 || c.Latency.PerOutputToken < 0 || c.Latency.Jitter < 0 {
		fault("a latency is negative")
	}
	return errors.Join(errs...)
}

func (m *Model) validate() error {
	switch {
	case !modelForm.MatchString(m.ID):
		return errors.New("not a model id")
	case m.MaxOutput < 1 || m.ContextWindow <= m.MaxOutput:
		return errors.New("the context window must be larger than the output, which must be positive")
	case m.InputNano < 0 || m.OutputNano < 0:
		return errors.New("a price is negative")
	}
	return nil
}
