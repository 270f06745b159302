package store

import (
	"context"
	"errors"
	"time"
)

// Maintenance says what Maintain did. Money that expired is a warning and what was
// erased a line of the log; keys are forgotten all day long, which is none.
type Maintenance struct {
	Expired int // reservations charged in full
	Pruned  int // records erased after their retention
	Keys    int // idempotency keys forgotten
	Jobs    int // batch jobs erased
}

// Maintain does everything that falls due with time. The service calls it
// every few seconds; several replicas may do so at once. A part that fails
// does not keep the others from running, but for ErrOvertaken. Each time something
// is written, so that a process without requests sees whether that can be.
func (s *Store) Maintain(ctx context.Context, now time.Time) (Maintenance, error) {
	var (
		m    Maintenance
		errs [6]error
	)
	errs[4] = s.tryAgain(ctx, now)
	if m.Expired, errs[0] = s.Expire(ctx, now); errors.Is(errs[0], ErrOvertaken) {
		return m, errors.Join(errs[0], errs[4], s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
			return nil, allowPruning(ctx, c, 0)
		}))
	}
	m.Pruned, errs[1] = s.Prune(ctx, now)
	m.Keys, errs[2] = s.expireKeys(ctx, now)
	m.Jobs, errs[3] = s.expireJobs(ctx, now)
	errs[5] = s.endAgain(ctx, now)
	return m, errors.Join(errs[:]...)
}
