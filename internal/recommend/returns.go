package recommend

import (
	"context"
	"errors"
	"sync"
	"time"
)

// lookEvery is how often a call that waits for money asks the ledger again: other
// replicas do not tell when theirs comes back.
const lookEvery = 50 * time.Millisecond

// lines is where calls wait for money that other calls hold: of each client the
// first asks the ledger and the rest stand behind it, so that a burst asks no more
// often than one call does. The zero value is ready; clients are few and configured.
type lines struct{ byClient sync.Map }

// of returns what the first of a client's line puts its mark into.
func (l *lines) of(client string) chan struct{} {
	first, _ := l.byClient.LoadOrStore(client, make(chan struct{}, 1))
	return first.(chan struct{})
}

// held reports whether a budget refused for what other calls hold alone.
func held(err error) bool {
	var b *BudgetError
	return errors.As(err, &b) && b.Held
}

// awaitMoney asks the ledger again while a moment's wait may help. It fails with
// the last refusal, and holds nothing while it waits.
func (s *Service) awaitMoney(ctx context.Context, j *job, bound Bound, refusal error) (*hold, error) {
	wait, cancel := context.WithTimeout(ctx, min(s.cfg.Timeouts.Budget, s.patience(ctx, j)))
	defer cancel()
	first := s.lines.of(j.req.Client)
	select {
	case first <- struct{}{}:
		defer func() { <-first }()
	case <-wait.Done():
		return nil, refusal
	}
	h, err := s.hold(ctx, &j.req, bound) // not cut short by the wait, or it would be the ledger's fault
	for held(err) && !s.flights.ended() && sleep(wait, lookEvery) {
		h, err = s.hold(ctx, &j.req, bound)
	}
	return h, err
}
