package store

import (
	"context"
	"time"
)

// pruneBatch bounds the records that one change erases.
const pruneBatch = 200

// Prune erases the content of the records whose retention has ended and
// returns how many there were. Their links stay, so that the chain remains
// verifiable. Records without an end of retention are kept for ever. A replica
// whose clock is ahead of the database's erases nothing early.
func (s *Store) Prune(ctx context.Context, now time.Time) (int, error) {
	if err := checkTime("time", now); err != nil {
		return 0, err
	}
	for total := 0; ; {
		n, err := changeFor(ctx, s, func(ctx context.Context, c conn) (n int64, refusal, err error) {
			due, err := s.dueTime(ctx, c, now)
			if err != nil {
				return 0, nil, err
			}
			n, err = prune(ctx, c, nanos(due))
			return n, nil, err
		}, nil)
		if err != nil {
			return total, err
		}
		if total += int(n); n < pruneBatch {
			return total, nil
		}
	}
}

// prune opens the way past the triggers for this transaction alone.
func prune(ctx context.Context, c conn, until int64) (int64, error) {
	if err := allowPruning(ctx, c, until); err != nil {
		return 0, err
	}
	n, err := c.exec(ctx, `DELETE FROM journal_content WHERE seq IN (
		SELECT seq FROM journal_content WHERE retain_until_ns > 0 AND retain_until_ns <= $1 ORDER BY retain_until_ns LIMIT $2)`, until, pruneBatch)
	if err != nil {
		return 0, err
	}
	return n, allowPruning(ctx, c, 0)
}

// allowPruning lets the transaction erase what was to be kept until then; 0: nothing.
func allowPruning(ctx context.Context, c conn, until int64) error {
	_, err := c.exec(ctx, `UPDATE journal_prune SET until_ns = $1 WHERE one = 1`, until)
	return err
}
