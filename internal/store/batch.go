package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/recommend"
)

var _ batch.Store = (*Store)(nil)

// The place that the content of a line is bound to when it is sealed, beside
// its job, its number and the column.
const placeBatch = "batch"

// batchActive is the state of a job whose lines are taken; the API knows it as
// queued or running.
const batchActive = "active"

// Create implements batch.Store.
func (s *Store) Create(ctx context.Context, j batch.Job, maxOpen int) error {
	err := errors.Join(checkName("job id", j.ID), checkName("client", j.Client), checkTime("time", j.Created), checkTime("expiry", j.Expires))
	if err != nil {
		return err
	}
	return s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
		var open int
		err = c.row(ctx, `SELECT COUNT(*) FROM batch_jobs WHERE client = $1 AND state IN ('receiving', 'active', 'cancelling')`, j.Client).Scan(&open)
		if err != nil {
			return nil, err
		}
		if open >= maxOpen {
			return &batch.OpenJobsError{Max: maxOpen}, nil
		}
		now, err := s.sharedTime(ctx, c, j.Created)
		if err != nil {
			return nil, err
		}
		_, err = c.exec(ctx, `INSERT INTO batch_jobs (id, client, request_id, trace_id, state, lines, created_ns, started_ns,
			ended_ns, expires_ns, served_ns, held_ns, blocked_ns, reason)
			VALUES ($1, $2, $3, $4, 'receiving', 0, $5, 0, 0, $6, 0, 0, 0, '')`,
			j.ID, j.Client, j.RequestID, j.TraceID, nanos(j.Created), nanos(now.Add(j.Expires.Sub(j.Created))))
		return nil, err
	})
}

// Add implements batch.Store.
func (s *Store) Add(ctx context.Context, j batch.Job, lines []batch.NewLine) error {
	return s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
		now, err := s.sharedTime(ctx, c, s.now())
		if err != nil {
			return nil, err
		}
		n, err := c.exec(ctx, `UPDATE batch_jobs SET expires_ns = $2 WHERE id = $1 AND state = 'receiving'`,
			j.ID, nanos(now.Add(j.Expires.Sub(j.Created))))
		if err != nil || n == 0 {
			return batch.ErrNotFound, err
		}
		for _, l := range lines {
			state := batch.LineQueued
			if len(l.Error) > 0 {
				state = batch.LineFailed
			}
			at := spotOf(j.ID, l.Number)
			_, err := c.exec(ctx, `INSERT INTO batch_lines
				(job, line, state, holder, lease_ns, source, degraded, recommendation, key_id, custom_id, input, error)
				VALUES ($1, $2, $3, '', 0, '', '', '', $4, $5, $6, $7)`,
				j.ID, l.Number, string(state), s.seal.active, at.seal(s.seal, "custom_id", []byte(l.CustomID)),
				at.seal(s.seal, "input", l.Input), at.seal(s.seal, "error", l.Error))
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}

// lineSpot is where the content of a line belongs.
type lineSpot []string

func spotOf(job string, number int) lineSpot {
	return lineSpot{placeBatch, job, strconv.Itoa(number)}
}

// seal leaves nothing empty: what is not there needs no secret.
func (p lineSpot) seal(with sealer, column string, content []byte) []byte {
	if len(content) == 0 {
		return []byte{}
	}
	return with.seal(content, append(p, column)...)
}

func (p lineSpot) open(with sealer, keyID, column string, stored []byte) ([]byte, error) {
	if len(stored) == 0 {
		return nil, nil
	}
	return with.open(keyID, stored, append(p, column)...)
}

// Commit implements batch.Store. The answer of a key is stored in the same
// transaction, so that the same request never makes two jobs.
func (s *Store) Commit(ctx context.Context, j batch.Job, once *batch.Once) (stored []byte, err error) {
	var sealed []byte
	if once != nil {
		if err := checkName("idempotency key", once.Key); err != nil {
			return nil, err
		}
		sealed = s.seal.seal(once.Body, placeIdempotency, j.Client, once.Key)
	}
	return changeFor(ctx, s, func(ctx context.Context, c conn) (stored []byte, refusal, err error) {
		var there bool
		err = c.row(ctx, `SELECT EXISTS (SELECT 1 FROM batch_jobs WHERE id = $1 AND state = 'receiving')`, j.ID).Scan(&there)
		if err != nil || !there { // it took too long
			return nil, batch.ErrNotFound, err
		}
		if once != nil {
			now, err := s.sharedTime(ctx, c, once.At)
			if err != nil {
				return nil, nil, err
			}
			r, refusal, err := s.begin(ctx, c, j.Client, once.Key, once.Hash, now)
			if refusal != nil || err != nil {
				return nil, refusal, err
			}
			if r != nil {
				return r.Body, nil, nil
			}
			if err := s.endKey(ctx, c, ending{j.Client, once.Key, noLease, sealed}); err != nil {
				return nil, nil, err
			}
		}
		_, err = c.exec(ctx, `UPDATE batch_jobs SET state = 'active', lines = $2, expires_ns = $3 WHERE id = $1`,
			j.ID, j.Lines.Total, nanos(j.Expires))
		return nil, nil, err
	}, nil)
}

// Discard implements batch.Store.
func (s *Store) Discard(ctx context.Context, job string) error {
	return s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
		return nil, eraseJobs(ctx, c, `id = $1 AND state = 'receiving'`, job)
	})
}

// eraseJobs deletes the jobs that a condition selects.
func eraseJobs(ctx context.Context, c conn, condition string, args ...any) error {
	_, err := c.exec(ctx, `DELETE FROM batch_lines WHERE job IN (SELECT id FROM batch_jobs WHERE `+condition+`)`, args...)
	if err != nil {
		return err
	}
	_, err = c.exec(ctx, `DELETE FROM batch_jobs WHERE `+condition, args...)
	return err
}

// expireJobs erases the jobs whose time has passed, one at a time: each may
// have thousands of lines. Those that are still worked on wait for their end.
func (s *Store) expireJobs(ctx context.Context, now time.Time) (int, error) {
	const due = `SELECT id FROM batch_jobs WHERE expires_ns <= $1 AND state IN ('receiving', 'cancelled', 'completed') ORDER BY expires_ns LIMIT 1`
	for total := 0; ; total++ {
		erased, err := changeFor(ctx, s, func(ctx context.Context, c conn) (erased bool, refusal, err error) {
			at, err := s.dueTime(ctx, c, now)
			if err != nil {
				return false, nil, err
			}
			var id string
			err = c.row(ctx, due, nanos(at)).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return false, nil, nil
			}
			if err != nil {
				return false, nil, err
			}
			return true, nil, eraseJobs(ctx, c, `id = $1`, id)
		}, nil)
		if err != nil || !erased {
			return total, err
		}
	}
}

// Job implements batch.Store.
func (s *Store) Job(ctx context.Context, client, id string) (batch.Job, error) {
	j := batch.Job{ID: id, Client: client}
	err := s.snapshot(ctx, func(ctx context.Context, c conn) error {
		if err := readJob(ctx, c, &j); err != nil {
			return err
		}
		return c.row(ctx, `SELECT CAST(COALESCE(SUM(spent_delta), 0) AS BIGINT), CAST(COALESCE(SUM(reserved_delta), 0) AS BIGINT)
			FROM ledger_entries WHERE batch = $1 AND batch <> ''`, id).Scan(&j.SpentNano, &j.ReservedNano)
	})
	return j, err
}

func readJob(ctx context.Context, c conn, j *batch.Job) error {
	var created, started, ended, expires, held int64
	err := c.row(ctx, `SELECT request_id, trace_id, state, lines, created_ns, started_ns, ended_ns, expires_ns, held_ns, reason
		FROM batch_jobs WHERE id = $1 AND client = $2 AND state <> 'receiving'`, j.ID, j.Client).
		Scan(&j.RequestID, &j.TraceID, &j.State, &j.Lines.Total, &created, &started, &ended, &expires, &held, &j.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return batch.ErrNotFound
	}
	if err != nil {
		return err
	}
	j.Created, j.Started, j.Ended, j.Expires, j.HeldUntil = fromNanos(created), fromNanos(started), fromNanos(ended), fromNanos(expires), fromNanos(held)
	if j.State == batchActive {
		j.State = batch.Queued
		if started > 0 {
			j.State = batch.Running
		}
	}
	return c.each(ctx, func(rows *sql.Rows) error {
		var (
			state            batch.LineState
			source, degraded string
			n                int
		)
		err := rows.Scan(&state, &source, &degraded, &n)
		j.Count(state, source, degraded, n)
		return err
	}, `SELECT state, source, degraded, COUNT(*) FROM batch_lines WHERE job = $1 GROUP BY state, source, degraded`, j.ID)
}

// Cancel implements batch.Store.
func (s *Store) Cancel(ctx context.Context, client, id string, now time.Time) (ended bool, err error) {
	return changeFor(ctx, s, func(ctx context.Context, c conn) (ended bool, refusal, err error) {
		var state string
		err = c.row(ctx, `SELECT state FROM batch_jobs WHERE id = $1 AND client = $2 AND state <> 'receiving'`, id, client).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return false, batch.ErrNotFound, nil
		}
		if err != nil || state != batchActive {
			return false, nil, err
		}
		if _, err := c.exec(ctx, `UPDATE batch_jobs SET state = 'cancelling', held_ns = 0, reason = '' WHERE id = $1`, id); err != nil {
			return false, nil, err
		}
		ended, err = settleJob(ctx, c, id, now)
		return ended, nil, err
	}, nil)
}

// Results implements batch.Store.
func (s *Store) Results(ctx context.Context, client, id string, after, limit int) (out []batch.Result, err error) {
	var answers []string
	err = s.snapshot(ctx, func(ctx context.Context, c conn) error {
		j := batch.Job{ID: id, Client: client}
		if err := readJob(ctx, c, &j); err != nil {
			return err
		}
		waiting := false
		return c.each(ctx, func(rows *sql.Rows) error {
			r, answer, err := s.scanResult(rows, id)
			if waiting = waiting || r.State == batch.LineQueued || r.State == batch.LineRunning; !waiting {
				out, answers = append(out, r), append(answers, answer)
			}
			return err
		}, `SELECT line, state, recommendation, key_id, custom_id, error FROM batch_lines
			WHERE job = $1 AND line > $2 ORDER BY line LIMIT $3`, id, after, limit)
	})
	for i := range out {
		if err != nil {
			return nil, err
		}
		if answers[i] != "" {
			if out[i].Answer, err = s.Answer(ctx, client, answers[i]); errors.Is(err, recommend.ErrNotFound) {
				err = nil // erased after its retention: the result says nothing more
			}
		}
	}
	return out, err
}

func (s *Store) scanResult(rows *sql.Rows, job string) (r batch.Result, answer string, err error) {
	var (
		keyID           string
		customID, fault []byte
	)
	if err := rows.Scan(&r.Number, &r.State, &answer, &keyID, &customID, &fault); err != nil {
		return r, "", err
	}
	at := spotOf(job, r.Number)
	id, errID := at.open(s.seal, keyID, "custom_id", customID)
	r.CustomID = string(id)
	var errFault error
	r.Error, errFault = at.open(s.seal, keyID, "error", fault)
	return r, answer, errors.Join(errID, errFault)
}
