package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// Reserve implements recommend.Ledger. When ctx ends while the reservation is
// being written, or the commit fails without saying whether it happened, the
// reservation is taken back; should even that fail, it expires. Replicas go by
// the database's clock, where it has one of its own: it says in which windows the
// money is held.
func (s *Store) Reserve(ctx context.Context, r recommend.Reservation) error {
	if err := checkReservation(r); err != nil {
		return err
	}
	limits := *s.limits.Load()
	reserve := func(ctx context.Context, c conn) (refusal, err error) {
		r := r
		now, err := s.sharedTime(ctx, c, r.At)
		if err != nil {
			return nil, err
		}
		r.At, r.Expires = now, now.Add(r.Expires.Sub(r.At))
		return s.ledger(c).reserve(ctx, r, limits)
	}
	release := func(ctx context.Context, c conn) (refusal, err error) {
		return s.ledger(c).conclude(ctx, r.ID, budget.Release, recommend.TokenUsage{})
	}
	return s.writer.do(ctx, newOp(reserve, release))
}

// Settle implements recommend.Ledger. It fails with ErrUnknownReservation, and
// with budget.ErrNegative or budget.ErrOverflow when the bill makes no sense.
func (s *Store) Settle(ctx context.Context, id string, billed recommend.TokenUsage) error {
	return s.conclude(ctx, id, budget.Settle, billed)
}

// Forfeit implements recommend.Ledger.
func (s *Store) Forfeit(ctx context.Context, id string) error {
	return s.conclude(ctx, id, budget.Forfeit, recommend.TokenUsage{})
}

// Release implements recommend.Ledger.
func (s *Store) Release(ctx context.Context, id string) error {
	return s.conclude(ctx, id, budget.Release, recommend.TokenUsage{})
}

func (s *Store) conclude(ctx context.Context, id string, e budget.Event, billed recommend.TokenUsage) error {
	if billed.CostNano < 0 || billed.InputTokens < 0 || billed.OutputTokens < 0 {
		return budget.ErrNegative
	}
	o := newOp(func(ctx context.Context, c conn) (refusal, err error) {
		return s.ledger(c).conclude(ctx, id, e, billed)
	}, nil)
	o.patient, o.unhurried = true, e == budget.Settle
	return s.writer.do(ctx, o)
}

// expireBatch bounds how many reservations one change expires.
const expireBatch = 200

// Expire charges the reservations that are open past their time in full, and
// returns how many there were. It fails with ErrOvertaken.
func (s *Store) Expire(ctx context.Context, now time.Time) (int, error) {
	for total := 0; ; {
		n, err := changeFor(ctx, s, func(ctx context.Context, c conn) (n int, refusal, err error) {
			if err := s.overtaken(ctx, c); err != nil {
				return 0, err, nil
			}
			at, err := s.sharedTime(ctx, c, now)
			if err != nil {
				return 0, nil, err
			}
			n, err = s.ledger(c).expire(ctx, at)
			return n, nil, err
		}, nil)
		if err != nil {
			return total, err
		}
		if total += n; n < expireBatch {
			return total, nil
		}
	}
}

func checkReservation(r recommend.Reservation) error {
	if r.CostNano < 0 {
		return budget.ErrNegative
	}
	if !r.Expires.After(r.At) {
		return &InvalidError{"reservation", "expires before it begins"}
	}
	return errors.Join(
		checkName("reservation id", r.ID), checkName("client", r.Client), checkName("model", r.Model),
		checkTime("reservation time", r.At), checkTime("reservation expiry", r.Expires),
	)
}

// ledger posts within one transaction.
type ledger struct {
	conn
	loc *time.Location
	now time.Time // of posting
}

// ledger posts by the clock that is shared, where there is one.
func (s *Store) ledger(c conn) ledger {
	if c.locked != 0 {
		return ledger{c, s.loc, fromNanos(c.locked)}
	}
	return ledger{c, s.loc, s.now()}
}

func (l ledger) reserve(ctx context.Context, r recommend.Reservation, limits budget.Limits) (refusal, err error) {
	bs := untouched(r.Client, limits, r.At, l.loc)
	if err := bs.read(ctx, l.conn, r.Client); err != nil {
		return nil, err
	}
	refusing := budget.Refusing
	if r.Batch != "" {
		refusing = budget.RefusingBatch
	}
	all, amount := bs.plain(), budget.Nano(r.CostNano)
	if b := refusing(all, amount); b != nil {
		return &recommend.BudgetError{
			Budget: b.Budget, Window: string(b.Window.Kind), ResetsAt: b.Window.ResetsAt(), Held: budget.Covers(all, amount),
		}, nil
	}
	n, err := l.exec(ctx, `INSERT INTO ledger_reservations (id, client, model, amount, state, at_ns, expires_ns, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
		r.ID, r.Client, r.Model, r.CostNano, string(budget.Reserved), nanos(r.At), nanos(r.Expires), r.Batch)
	if err != nil || n == 0 {
		return ErrDuplicateReservation, err
	}
	if err := bs.create(ctx, l.conn); err != nil {
		return nil, err
	}
	e := entry{kind: "reserve", reservation: r.ID, client: r.Client, batch: r.Batch, at: nanos(r.At), Posting: budget.Posting{Reserved: budget.Nano(r.CostNano)}}
	return nil, l.post(ctx, e)
}

// reservation is a row of ledger_reservations.
type reservation struct {
	budget.Hold
	client string
	batch  string      // the job that it is of; "": none
	at     int64       // ns
	spent  budget.Nano // the most that any global balance it counts in has spent
}

func (l ledger) find(ctx context.Context, id string) (r reservation, known bool, err error) {
	err = l.row(ctx, `SELECT client, batch, at_ns, state, amount, charged,
		(SELECT COALESCE(MAX(spent), 0) FROM ledger_balances WHERE budget = 'global' AND client = ''
			AND start_ns <= r.at_ns AND start_ns > r.at_ns - $2 AND end_ns > r.at_ns)
		FROM ledger_reservations r WHERE id = $1`, id, int64(longestWindow)).
		Scan(&r.client, &r.batch, &r.at, &r.State, &r.Amount, &r.Charged, &r.spent)
	if errors.Is(err, sql.ErrNoRows) {
		return reservation{}, false, nil
	}
	return r, err == nil, err
}

func (l ledger) conclude(ctx context.Context, id string, event budget.Event, billed recommend.TokenUsage) (refusal, err error) {
	r, known, err := l.find(ctx, id)
	if err != nil || !known {
		return ErrUnknownReservation, err
	}
	after, posting, err := budget.Apply(r.Hold, event, budget.Nano(billed.CostNano))
	if err != nil || after.State == r.State {
		return err, nil
	}
	e := entry{
		kind: string(event), reservation: id, client: r.client, batch: r.batch, at: r.at, Posting: posting,
		input: billed.InputTokens, output: billed.OutputTokens,
	}
	if r.State != budget.Reserved {
		e.kind = "adjust"
	}
	if _, err := r.spent.Add(posting.Spent); err != nil {
		return err, nil
	}
	_, err = l.exec(ctx, `UPDATE ledger_reservations SET state = $1, charged = $2 WHERE id = $3`,
		string(after.State), int64(after.Charged), id)
	if err != nil {
		return nil, err
	}
	return nil, l.post(ctx, e)
}

func (l ledger) expire(ctx context.Context, now time.Time) (int, error) {
	var ids []string
	collect := func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}
	err := l.each(ctx, collect, `SELECT id FROM ledger_reservations
		WHERE state = 'reserved' AND expires_ns <= $1 ORDER BY expires_ns LIMIT $2`, nanos(now), expireBatch)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		refusal, err := l.conclude(ctx, id, budget.Expire, recommend.TokenUsage{})
		if refusal != nil || err != nil {
			return 0, errors.Join(refusal, err)
		}
	}
	return len(ids), nil
}
