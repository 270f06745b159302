package ratelimit

import (
	"context"
	"sync"
	"time"
)

// Shared is a store for replicas: the common one while it answers, and this
// replica's share of every limit, kept in memory, while it does not.
//
// The first decision that the common store fails is already made locally. While
// it is away, one request in every probe interval tries it again.
type Shared struct {
	common   Store
	local    *Memory
	replicas int
	probe    time.Duration
	now      func() time.Time
	onChange func(degraded bool)

	mu       sync.Mutex
	degraded bool
	retryAt  time.Time // when degraded: the next probe
}

// SharedConfig configures a Shared.
type SharedConfig struct {
	Common   Store
	Local    *Memory
	Replicas int           // how many share the limits; at least 1
	Probe    time.Duration // between attempts to return; 0: 1 s
	Now      func() time.Time
	// OnChange is told when the common store goes and when it is back. It is
	// called one at a time and must not block.
	OnChange func(degraded bool)
}

// NewShared makes a Shared that begins with the common store.
func NewShared(cfg SharedConfig) *Shared {
	if cfg.Probe <= 0 {
		cfg.Probe = time.Second
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func(bool) {}
	}
	return &Shared{
		common: cfg.Common, local: cfg.Local, replicas: max(1, cfg.Replicas),
		probe: cfg.Probe, now: cfg.Now, onChange: cfg.OnChange,
	}
}

// Take implements Store. It fails only when the caller has gone.
func (s *Shared) Take(ctx context.Context, claims ...Claim) (Decision, error) {
	if s.tryCommon() {
		d, err := s.common.Take(ctx, claims...)
		if err == nil {
			s.settle(false)
			return d, nil
		}
		if ctx.Err() != nil {
			s.untried()
			return Decision{}, ctx.Err()
		}
		s.settle(true)
	}
	own := make([]Claim, len(claims))
	for i, c := range claims {
		own[i] = s.own(c)
	}
	return s.local.Take(ctx, own...)
}

// Correct implements Store. Where the units were taken is where they go back.
func (s *Shared) Correct(ctx context.Context, claim Claim, units int) error {
	if !s.Degraded() {
		return s.common.Correct(ctx, claim, units)
	}
	return s.local.Correct(ctx, s.own(claim), units)
}

// own is a claim on this replica's share of a limit.
func (s *Shared) own(c Claim) Claim {
	c.Rate = c.Rate.share(s.replicas, c.Cost)
	return c
}

// Degraded reports whether decisions are made locally.
func (s *Shared) Degraded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.degraded
}

// tryCommon reports whether this request may ask the common store.
func (s *Shared) tryCommon() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.degraded {
		return true
	}
	now := s.now()
	if now.Before(s.retryAt) {
		return false
	}
	s.retryAt = now.Add(s.probe) // the others stay local meanwhile
	return true
}

// untried lets the next request probe: this one's caller left.
func (s *Shared) untried() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.degraded {
		s.retryAt = s.now()
	}
}

// settle notes whether the common store answered.
func (s *Shared) settle(degraded bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if degraded {
		s.retryAt = s.now().Add(s.probe)
	}
	if s.degraded != degraded {
		s.degraded = degraded
		s.onChange(degraded)
	}
}
