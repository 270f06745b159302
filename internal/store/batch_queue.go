package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ballast.internal/ballast/internal/batch"
)

// Open implements batch.Queue.
func (s *Store) Open(ctx context.Context) (open bool, err error) {
	err = s.look(ctx, func(ctx context.Context, c conn) error {
		return c.row(ctx, `SELECT EXISTS (SELECT 1 FROM batch_jobs WHERE state IN ('active', 'cancelling'))`).Scan(&open)
	})
	return open, err
}

// Claim implements batch.Queue. A process that was overtaken gets no lines.
func (s *Store) Claim(ctx context.Context, holder string, n int, now time.Time, hold time.Duration) (batch.Claimed, error) {
	var until time.Time
	giveBack := func(ctx context.Context, c conn) (refusal, err error) {
		_, err = c.exec(ctx, `UPDATE batch_lines SET state = 'queued', holder = '', lease_ns = 0
			WHERE state = 'running' AND holder = $1 AND lease_ns = $2`, holder, nanos(until))
		return nil, err
	}
	return changeFor(ctx, s, func(ctx context.Context, c conn) (got batch.Claimed, refusal, err error) {
		switch err := s.overtaken(ctx, c); {
		case errors.Is(err, ErrOvertaken):
			return got, nil, nil
		case err != nil:
			return got, nil, err
		}
		at, err := s.sharedTime(ctx, c, now)
		if err != nil {
			return got, nil, err
		}
		until = at.Add(hold)
		if err = clip(ctx, c, until); err != nil {
			return got, nil, err
		}
		if got.Ended, err = lapse(ctx, c, at, now); err != nil {
			return got, nil, err
		}
		for len(got.Lines) < n {
			more, err := s.claimOfOne(ctx, c, holder, n-len(got.Lines), now, until)
			if err != nil || len(more) == 0 {
				return got, nil, err
			}
			got.Lines = append(got.Lines, more...)
		}
		return got, nil, nil
	}, giveBack)
}

// clip lets no line be held for longer than one that is taken now. A clock that
// was set back would have the lines of a process that died wait for as much;
// those that are being answered are renewed long before.
func clip(ctx context.Context, c conn, until time.Time) error {
	_, err := c.exec(ctx, `UPDATE batch_lines SET lease_ns = $1 WHERE state = 'running' AND lease_ns > $1`, nanos(until))
	return err
}

// lapse takes the lines back that nobody holds any more, and ends the jobs that
// had no others.
func lapse(ctx context.Context, c conn, at, now time.Time) (ended []batch.Ref, err error) {
	var jobs []batch.Ref
	err = c.each(ctx, func(rows *sql.Rows) error {
		var of batch.Ref
		err := rows.Scan(&of.ID, &of.Client)
		jobs = append(jobs, of)
		return err
	}, `SELECT DISTINCT j.id, j.client FROM batch_lines l JOIN batch_jobs j ON j.id = l.job WHERE l.state = 'running' AND l.lease_ns <= $1`, nanos(at))
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	_, err = c.exec(ctx, `UPDATE batch_lines SET state = 'queued', holder = '', lease_ns = 0 WHERE state = 'running' AND lease_ns <= $1`, nanos(at))
	for _, of := range jobs {
		over, more := settleJob(ctx, c, of.ID, now)
		if err = errors.Join(err, more); over {
			ended = append(ended, of)
		}
	}
	return ended, err
}

// claimOfOne takes lines of the job whose turn it is: of the client that was
// served least recently, the job that was. A turn is short, so that a small job
// of somebody is not kept waiting by another's book. A job that is held for
// longer than any is, with as much again for clocks that differ, is held because
// the clock was set back.
func (s *Store) claimOfOne(ctx context.Context, c conn, holder string, n int, now, until time.Time) ([]batch.Line, error) {
	const turn = 4
	l := batch.Line{}
	var created, blocked int64
	err := c.row(ctx, `SELECT id, client, request_id, trace_id, created_ns, blocked_ns FROM batch_jobs j
		WHERE state = 'active' AND (held_ns <= $1 OR held_ns > $2) AND EXISTS (SELECT 1 FROM batch_lines l WHERE l.job = j.id AND l.state = 'queued')
		ORDER BY (SELECT MAX(served_ns) FROM batch_jobs o WHERE o.client = j.client AND o.state = 'active'), served_ns, created_ns, id LIMIT 1`,
		nanos(now), nanos(now.Add(2*batch.MostHold))).Scan(&l.Job, &l.Client, &l.RequestID, &l.TraceID, &created, &blocked)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l.Created, l.Blocked = fromNanos(created), fromNanos(blocked)
	lines, err := s.takeLines(ctx, c, l, min(n, turn))
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		_, err := c.exec(ctx, `UPDATE batch_lines SET state = 'running', holder = $3, lease_ns = $4 WHERE job = $1 AND line = $2`,
			l.Job, l.Number, holder, nanos(until))
		if err != nil {
			return nil, err
		}
	}
	// Turns within one claim come at the same time: the order must still change.
	_, err = c.exec(ctx, `UPDATE batch_jobs SET started_ns = CASE started_ns WHEN 0 THEN $2 ELSE started_ns END, held_ns = 0, reason = '',
		served_ns = CASE WHEN served_ns >= $2 THEN served_ns + 1 ELSE $2 END WHERE id = $1`, l.Job, nanos(now))
	return lines, err
}

// takeLines reads the next lines of a job. of is what all of them have.
func (s *Store) takeLines(ctx context.Context, c conn, of batch.Line, n int) (lines []batch.Line, err error) {
	err = c.each(ctx, func(rows *sql.Rows) error {
		l := of
		var (
			keyID string
			input []byte
		)
		if err := rows.Scan(&l.Number, &keyID, &input); err != nil {
			return err
		}
		var err error
		l.Input, err = spotOf(l.Job, l.Number).open(s.seal, keyID, "input", input)
		lines = append(lines, l)
		return err
	}, `SELECT line, key_id, input FROM batch_lines WHERE job = $1 AND state = 'queued' ORDER BY line LIMIT $2`, of.Job, n)
	return lines, err
}

// Renew implements batch.Queue.
func (s *Store) Renew(ctx context.Context, holder string, lines []batch.Line, now time.Time, hold time.Duration) error {
	return s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
		at, err := s.sharedTime(ctx, c, now)
		for i := 0; i < len(lines) && err == nil; i++ {
			_, err = c.exec(ctx, `UPDATE batch_lines SET lease_ns = $4 WHERE job = $1 AND line = $2 AND state = 'running' AND holder = $3`,
				lines[i].Job, lines[i].Number, holder, nanos(at.Add(hold)))
		}
		return nil, err
	})
}

// Finish implements batch.Queue.
func (s *Store) Finish(ctx context.Context, holder string, l batch.Line, o batch.Outcome, now time.Time) (bool, error) {
	state := batch.LineSucceeded
	if o.Recommendation == "" {
		state = batch.LineFailed
	}
	return s.patiently(ctx, func(ctx context.Context, c conn) (ended bool, refusal, err error) {
		var keyID string
		err = c.row(ctx, `SELECT key_id FROM batch_lines WHERE job = $1 AND line = $2 AND state = 'running' AND holder = $3`,
			l.Job, l.Number, holder).Scan(&keyID)
		if errors.Is(err, sql.ErrNoRows) {
			return false, batch.ErrNotHeld, nil
		}
		if err != nil {
			return false, nil, err
		}
		fault, err := s.reseal(keyID, spotOf(l.Job, l.Number), "error", o.Error)
		if err != nil {
			return false, err, nil // a refusal: the transaction is of others too
		}
		_, err = c.exec(ctx, `UPDATE batch_lines SET state = $3, holder = '', lease_ns = 0, source = $4, degraded = $5,
			recommendation = $6, input = $7, error = $8 WHERE job = $1 AND line = $2`,
			l.Job, l.Number, string(state), o.Source, o.Degraded, o.Recommendation, []byte{}, fault)
		if err != nil {
			return false, nil, err
		}
		if o.Source == "model" || o.Source == "mixed" {
			if _, err := c.exec(ctx, `UPDATE batch_jobs SET blocked_ns = 0 WHERE id = $1 AND blocked_ns > 0`, l.Job); err != nil {
				return false, nil, err
			}
		}
		ended, err = settleJob(ctx, c, l.Job, now)
		return ended, nil, err
	})
}

// reseal seals content beside what was sealed under a key before.
func (s *Store) reseal(keyID string, at lineSpot, column string, content []byte) ([]byte, error) {
	with := s.seal
	with.active = keyID
	if keyID != "" && with.aeads[keyID] == nil {
		return nil, ErrKey
	}
	return at.seal(with, column, content), nil
}

// Return implements batch.Queue.
func (s *Store) Return(ctx context.Context, holder string, l batch.Line, until time.Time, reason string, now time.Time) (bool, error) {
	return s.patiently(ctx, func(ctx context.Context, c conn) (ended bool, refusal, err error) {
		n, err := c.exec(ctx, `UPDATE batch_lines SET state = 'queued', holder = '', lease_ns = 0
			WHERE job = $1 AND line = $2 AND state = 'running' AND holder = $3`, l.Job, l.Number, holder)
		if err != nil || n == 0 {
			return false, batch.ErrNotHeld, err
		}
		if reason != "" {
			_, err = c.exec(ctx, `UPDATE batch_jobs SET held_ns = $2, reason = $3,
				blocked_ns = CASE blocked_ns WHEN 0 THEN $4 ELSE blocked_ns END WHERE id = $1 AND state = 'active'`,
				l.Job, nanos(until), reason, nanos(now))
			if err != nil {
				return false, nil, err
			}
		}
		ended, err = settleJob(ctx, c, l.Job, now)
		return ended, nil, err
	})
}

// patiently makes a change that ends what was begun, and whose result is
// whether a job ended with it.
func (s *Store) patiently(ctx context.Context, run func(ctx context.Context, c conn) (ended bool, refusal, err error)) (bool, error) {
	var ended bool
	o := newOp(func(ctx context.Context, c conn) (refusal, err error) {
		ended, refusal, err = run(ctx, c)
		return refusal, err
	}, nil)
	o.patient = true
	if err := s.writer.do(ctx, o); err != nil {
		return false, err // the writer may be at it still
	}
	return ended, nil
}

// settleJob cancels the lines that a cancelled job still has, and ends a job
// that has no more to do. It is kept for as long after its end as it was meant
// to be after its deadline.
func settleJob(ctx context.Context, c conn, id string, now time.Time) (ended bool, err error) {
	_, err = c.exec(ctx, `UPDATE batch_lines SET state = 'cancelled', input = $2 WHERE job = $1 AND state = 'queued'
		AND EXISTS (SELECT 1 FROM batch_jobs WHERE id = $1 AND state = 'cancelling')`, id, []byte{})
	if err != nil {
		return false, err
	}
	n, err := c.exec(ctx, `UPDATE batch_jobs SET state = CASE state WHEN 'cancelling' THEN 'cancelled' ELSE 'completed' END,
			ended_ns = $2, held_ns = 0, reason = '', expires_ns = expires_ns - created_ns - $3 + $2
		WHERE id = $1 AND state IN ('active', 'cancelling')
		AND NOT EXISTS (SELECT 1 FROM batch_lines WHERE job = $1 AND state IN ('queued', 'running'))`,
		id, nanos(now), int64(batch.Deadline))
	return n > 0, err
}
