package recommend

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/shopspring/decimal"
)

// hold is one reservation until it has been settled.
type hold struct {
	s    *Service
	id   string
	done bool
}

// reserve holds the most that an attempt can cost. It waits a moment for money
// that only other calls hold: a bound is several times what a call costs, so that
// most of it comes back. A job waits in its own way. It fails with *BudgetError or
// *ledgerError.
func (s *Service) reserve(ctx context.Context, j *job, bound Bound) (h *hold, err error) {
	reserved := s.timed(&j.took.Ledger)
	h, err = s.hold(ctx, &j.req, bound)
	reserved()
	if held(err) && j.req.Batch == "" {
		waited := s.timed(&j.took.Queue)
		h, err = s.awaitMoney(ctx, j, bound, err)
		waited()
		s.cfg.Observer.Limit("budget_wait", decision(err))
	}
	var spent *BudgetError
	if err == nil || errors.As(err, &spent) {
		s.cfg.Observer.Limit("budget", decision(err))
	}
	return h, err
}

func decision(err error) string {
	if err != nil {
		return "refused"
	}
	return "allowed"
}

// hold asks the ledger once.
func (s *Service) hold(ctx context.Context, req *Request, bound Bound) (*hold, error) {
	now := s.cfg.Now()
	h := &hold{s: s, id: "res_" + s.cfg.NewID()}
	rctx, cancel := context.WithTimeout(ctx, s.cfg.Timeouts.Ledger)
	defer cancel()
	err := s.cfg.Ledger.Reserve(rctx, Reservation{
		ID: h.id, Client: req.Client, Batch: req.Batch, Model: s.info.ID, CostNano: bound.CostNano,
		At: now, Expires: now.Add(s.cfg.Timeouts.Longest() + time.Minute),
	})
	var spent *BudgetError
	switch {
	case err == nil:
		return h, nil
	case errors.As(err, &spent):
		return nil, err
	default:
		return nil, &ledgerError{err} // which took back what it may have written
	}
}

func (h *hold) settle(ctx context.Context, billed TokenUsage) {
	h.finish(ctx, "settle", func(ctx context.Context) error { return h.s.cfg.Ledger.Settle(ctx, h.id, billed) })
}

func (h *hold) forfeit(ctx context.Context) {
	h.finish(ctx, "forfeit", func(ctx context.Context) error { return h.s.cfg.Ledger.Forfeit(ctx, h.id) })
}

func (h *hold) release(ctx context.Context) {
	h.finish(ctx, "release", func(ctx context.Context) error { return h.s.cfg.Ledger.Release(ctx, h.id) })
}

// finish ends the reservation once, whether or not the caller is still there.
// When the ledger refuses every try the reservation stays open and is charged
// in full when it expires: too much, never too little.
func (h *hold) finish(ctx context.Context, verb string, do func(context.Context) error) {
	if h.done {
		return
	}
	h.done = true
	ctx = context.WithoutCancel(ctx)
	var err error
	for range settleTries {
		if err = h.try(ctx, do); err == nil {
			return
		}
	}
	h.s.cfg.Logger.LogAttrs(ctx, slog.LevelError, "reservation left open",
		slog.String("reservation", h.id), slog.String("verb", verb), slog.Any("error", err))
}

func (h *hold) try(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, h.s.cfg.Timeouts.Ledger)
	defer cancel()
	return do(ctx)
}

// usd writes nano-USD exactly, without trailing zeros: 470500 is 0.0004705.
func usd(nano int64) string { return decimal.New(nano, -9).String() }

// nanoOf reads what usd wrote.
func nanoOf(usd string) int64 {
	d, err := decimal.NewFromString(usd)
	if err != nil {
		return 0
	}
	return d.Shift(9).IntPart()
}
