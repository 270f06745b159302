package ratelimit

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// line is where calls of one kind wait for what other replicas hold, in the order
// in which they came. The first alone asks the store: were each of hundreds to ask
// forty times a second, the store would have no time for anything else. Lines of
// replicas take turns: else a call that needs much, or that is told of nothing that
// comes free elsewhere, would wait for as long as others come.
type line struct {
	turn    Claim
	first   chan struct{} // has a value while a call is the first
	freed   chan struct{} // has a value when a call of this replica has ended
	waiting atomic.Int64
	refused atomic.Pointer[Decision] // of who asked last; never nil while calls wait
}

// newLine makes the line of a holder; jobs stand behind all others.
func newLine(holder string, jobs bool) *line {
	return &line{
		turn:  Claim{Limit: LimitBedrockInFlight, Key: "turn", Turn: Turn{Holder: holder, Last: jobs, Lapse: turnLapse}},
		first: make(chan struct{}, 1), freed: make(chan struct{}, 1),
	}
}

// nudge lets the first ask at once.
func (l *line) nudge() {
	select {
	case l.freed <- struct{}{}:
	default: // it has not asked since the last
	}
}

func (g *Gate) lineOf(call recommend.QuotaCall) *line {
	if call.Batch {
		return g.jobs
	}
	return g.callers
}

// take takes all that a call claims of the store, now or after those before it,
// whose wait is the least that its own can be.
func (g *Gate) take(ctx context.Context, claims []Claim, l *line, queued func(int)) error {
	if l.waiting.Load() == 0 {
		if _, done, err := g.ask(ctx, claims, l); done {
			g.leave(l, 0, err)
			return err
		}
	} else if err := g.refusal(ctx, *l.refused.Load()); err != nil {
		return err
	}
	l.waiting.Add(1)
	defer l.waiting.Add(-1)
	queued(1)
	select {
	case l.first <- struct{}{}:
		defer func() { <-l.first }()
	case <-ctx.Done():
		return l.givenUp(ctx)
	}
	err := g.askUntilDone(ctx, claims, l)
	g.leave(l, 1, err)
	return err
}

// askUntilDone asks the store until the call need not wait, or waits no longer.
func (g *Gate) askUntilDone(ctx context.Context, claims []Claim, l *line) error {
	for {
		d, done, err := g.ask(ctx, claims, l)
		if done {
			return err
		}
		if err := l.wait(ctx, d); err != nil {
			return err
		}
	}
}

// leave gives up the line's turn when a call was not admitted and nobody else is
// there to take it: who is left of the line, itself included or not.
func (g *Gate) leave(l *line, itself int64, err error) {
	if err != nil && l.waiting.Load() == itself {
		_ = g.Store.Leave(context.Background(), l.turn) // else it lapses
	}
}

// ask asks the store once, and notes in the claims who decided. It is not done
// when the call is to wait.
func (g *Gate) ask(ctx context.Context, claims []Claim, l *line) (d Decision, done bool, err error) {
	asked := claims
	if len(limited(claims)) > 0 { // else there is nothing to wait for
		asked = slices.Concat(claims, []Claim{l.turn})
	}
	d, err = g.Store.Take(ctx, asked...)
	for i := range claims {
		claims[i].Own = d.Own
	}
	if err == nil && !d.Allowed {
		err = g.refusal(ctx, d)
	}
	if err != nil || d.Allowed {
		return d, true, err
	}
	l.refused.Store(&d)
	return d, false, nil
}

// recheck is how long to wait for a slot that another replica holds.
const recheck = 25 * time.Millisecond

const (
	// lookAgain is after which the first asks at the latest: what others give back
	// comes before what time brings.
	lookAgain = 100 * time.Millisecond
	// turnLapse is several times that: a busy replica does not lose its turn, and
	// one that died does not hold up the others for long.
	turnLapse = time.Second
)

// pause is how long to wait until the same claims may be met.
func (d Decision) pause() time.Duration { return max(d.RetryAfter, recheck) }

// refusal is why a call does not wait: *recommend.LimitError when the client's own
// limit refuses, *recommend.QuotaError when no waiting before ctx's deadline helps;
// nil when it waits.
func (g *Gate) refusal(ctx context.Context, d Decision) error {
	if d.Limit == LimitClientTokens {
		return &recommend.LimitError{Limit: d.Limit, RetryAfter: d.RetryAfter}
	}
	deadline, bounded := ctx.Deadline()
	if d.Never || bounded && g.Now().Add(d.pause()).After(deadline) {
		return &recommend.QuotaError{Limit: d.Limit, RetryAfter: d.RetryAfter}
	}
	return nil
}

// wait waits until the claims that were refused may be met, or ctx ends.
func (l *line) wait(ctx context.Context, d Decision) error {
	t := time.NewTimer(min(d.pause(), lookAgain))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-l.freed:
		return nil
	case <-ctx.Done():
		return l.givenUp(ctx)
	}
}

// givenUp is the error of a call whose context has ended: a deadline says that the
// quota was not free in time.
func (l *line) givenUp(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		d := l.refused.Load()
		return &recommend.QuotaError{Limit: d.Limit, RetryAfter: d.RetryAfter}
	}
	return ctx.Err()
}
