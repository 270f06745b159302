// Package rig is the service on the emulator in one process, with a ledger in a
// temporary folder: what the programs under bench measure when HTTP is not
// part of the question.
package rig

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http/httptest"
	"os"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/ratelimit"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store"
)

// Config says what differs from a service without budgets and limits.
type Config struct {
	CacheTTL time.Duration                         // as in recommend.Config; negative: no cache
	Latency  time.Duration                         // of the emulated model
	Now      func() time.Time                      // time.Now
	Wrap     func(recommend.Model) recommend.Model // to look at the calls; nil: as it is
}

// patience is how long any step may take: an answer by rules would be another
// figure.
const patience = time.Minute

// Rig is a running service. The caller must Close it.
type Rig struct {
	Service *recommend.Service
	Model   recommend.Model // as the service sees it

	now     func() time.Time
	closers []func() error
}

// New starts the emulator and the service on it.
func New(ctx context.Context, cfg Config) (r *Rig, err error) {
	r = &Rig{now: cfg.Now}
	if r.now == nil {
		r.now = time.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Close())
		}
	}()
	if r.Model, err = r.newModel(ctx, cfg.Latency); err != nil {
		return r, err
	}
	if cfg.Wrap != nil {
		r.Model = cfg.Wrap(r.Model)
	}
	st, err := r.newStore(ctx)
	if err != nil {
		return r, err
	}
	r.Service, err = recommend.New(recommend.Config{
		Model: r.Model, Ledger: st, Journal: st, Policy: analysis.DefaultPolicy(), Now: r.now, CacheTTL: cfg.CacheTTL,
		Canary: "kormoranlamp", // or no two runs would send the same
		// On a machine that is busy with something else, too.
		Timeouts: recommend.Timeouts{Attempt: patience, Quota: patience, Ledger: patience, Journal: patience},
		Quota: ratelimit.NewGate(ratelimit.GateConfig{
			Own: ratelimit.NewQuota(ratelimit.QuotaConfig{}), Store: ratelimit.NewMemory(1, r.now), Now: r.now,
			ClientTokens: func(string) int { return 0 },
		}),
	})
	if err == nil {
		r.onClose(func() error { return r.Service.Close(context.WithoutCancel(ctx)) })
	}
	return r, err
}

// newModel starts an emulator that allows everything and returns a client of it.
func (r *Rig) newModel(ctx context.Context, latency time.Duration) (recommend.Model, error) {
	cred, err := emulator.NewCredential(rand.Reader, "arn:aws:iam::123456789012:user/bench")
	if err != nil {
		return nil, err
	}
	cloud, err := emulator.New(emulator.Config{
		Region: bedrock.DefaultRegion, Credentials: []emulator.Credential{cred}, Models: emulator.DefaultModels(),
		Latency:   emulator.Latency{Base: latency},
		Authorize: func(emulator.AuthzRequest) emulator.AuthzDecision { return emulator.AuthzDecision{Allowed: true} },
	})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(cloud)
	r.onClose(func() error { server.Close(); return nil })
	return bedrock.New(ctx, bedrock.Config{
		Provider: bedrock.ProviderEmulator, Endpoint: server.URL, Timeout: patience,
		Credentials: bedrock.Credentials{Static: &bedrock.StaticKeys{AccessKeyID: cred.AccessKeyID, SecretAccessKey: cred.Secret}},
	})
}

// newStore opens a ledger and journal without budgets in a temporary folder.
func (r *Rig) newStore(ctx context.Context) (*store.Store, error) {
	dir, err := os.MkdirTemp("", "ballast-bench-")
	if err != nil {
		return nil, err
	}
	r.onClose(func() error { return os.RemoveAll(dir) })
	unlimited := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	st, err := store.Open(ctx, store.Config{Dir: dir, Now: r.now, WriteTimeout: patience, Limits: budget.Limits{Global: unlimited, Default: unlimited}})
	if err == nil {
		r.onClose(st.Close)
	}
	return st, err
}

func (r *Rig) onClose(f func() error) { r.closers = append(r.closers, f) }

// Close waits for the calls under way and removes everything.
func (r *Rig) Close() error {
	var errs []error
	for len(r.closers) > 0 {
		last := len(r.closers) - 1
		errs = append(errs, r.closers[last]())
		r.closers = r.closers[:last]
	}
	return errors.Join(errs...)
}
