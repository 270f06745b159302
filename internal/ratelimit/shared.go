package ratelimit

import (
	"context"

	"ballast.internal/ballast/internal/outage"
)

// Shared is a store for replicas: the common one while it answers, and this
// replica's share of every limit, kept in memory, while it does not. The first
// decision that the common store fails is already made locally.
type Shared struct {
	common   Store // nil: there is none
	local    *Memory
	replicas int
	watch    *outage.Watch
	owed     owed // to the common store
}

// NewShared makes a store of replicas: each of so many, at least one. Without a
// common store all decisions are made by the own share. watch is that of the
// common store's server.
func NewShared(common Store, local *Memory, replicas int, watch *outage.Watch) *Shared {
	return &Shared{common: common, local: local, replicas: max(1, replicas), watch: watch}
}

// Take implements Store. It fails only when the caller has gone.
func (s *Shared) Take(ctx context.Context, claims ...Claim) (Decision, error) {
	if claims = limited(claims); len(claims) == 0 {
		return decide(nil), nil // which says nothing about the common store
	}
	asked := s.common != nil && s.watch.Try()
	if asked {
		d, err := s.ask(ctx, claims)
		if err == nil {
			s.watch.Note(true)
			if d.Allowed {
				s.local.hold(claims) // so that the own share knows of them if the common store goes
			}
			return d, nil
		}
		if ctx.Err() != nil {
			s.watch.Untried()
			s.owed.add(claims)
			return Decision{}, ctx.Err()
		}
		s.watch.Note(false)
	}
	own := make([]Claim, len(claims))
	for i, c := range claims {
		own[i] = c.share(s.replicas)
	}
	d, err := s.local.Take(ctx, own...)
	d.Own = true
	if asked && !d.Allowed {
		s.owed.add(claims) // which it may have given all the same; who is allowed will leave
	}
	return d, err
}

// ask asks the common store, which first gets back what it is owed.
func (s *Shared) ask(ctx context.Context, claims []Claim) (Decision, error) {
	if err := s.owed.giveBack(ctx, s.common); err != nil {
		return Decision{}, err
	}
	return s.common.Take(ctx, claims...)
}

// Correct implements Store. Where the units were taken is where they go back:
// others have taken none that are given back. What the common store is not told
// of comes back with time.
func (s *Shared) Correct(ctx context.Context, claim Claim, units int) error {
	switch {
	case len(limited([]Claim{claim})) == 0:
		return nil // nobody took any, and nobody decided
	case claim.Own:
		return s.local.Correct(ctx, claim.share(s.replicas), units)
	case s.watch.Down():
		return nil
	}
	return s.noted(ctx, s.common.Correct(ctx, claim, units))
}

// Leave implements Store. A slot that the common store cannot be told of is owed
// to it, and a turn lapses.
func (s *Shared) Leave(ctx context.Context, claims ...Claim) error {
	err := s.local.Leave(ctx, claims...)
	if s.common == nil {
		return err
	}
	away := s.watch.Down()
	if !away {
		err = s.noted(ctx, s.common.Leave(ctx, claims...))
	}
	if away || err != nil {
		s.owed.add(claims)
	}
	return err
}

// noted takes a failure of the common store for what it is, unless the caller
// has gone.
func (s *Shared) noted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil {
		s.watch.Note(false)
	}
	return err
}
