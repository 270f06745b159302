package recommend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// call is one attempt as its caller needs it.
type call struct {
	rec  Attempt
	ans  ModelAnswer
	made bool          // the model was invoked; only then is rec worth keeping
	took time.Duration // by the model
}

// attempt makes one model call: money first, then quota, then the call. Every
// way out ends the lease and the reservation. The reservation of a call that was
// made ends while its answer is checked and journalled; see job.settling. The
// error is a *BudgetError, a *ledgerError, a *QuotaError, a *LimitError or a
// *ModelError.
func (s *Service) attempt(ctx context.Context, j *job, req ModelRequest) (c call, err error) {
	if held := s.cfg.Held(); held != nil {
		return c, held
	}
	bound := s.cfg.Model.Bound(req)
	h, err := s.reserve(ctx, j, bound)
	if err != nil {
		return c, err
	}
	defer func() {
		if !c.made { // a quota that refuses or panics
			h.release(ctx)
		}
	}()
	waited := s.timed(&j.took.Queue)
	lease, err := s.acquire(ctx, j, bound)
	waited()
	if err != nil {
		return c, err
	}
	c.made = true
	began := s.cfg.Now() // in UTC it would lose what tells how long a call took when the clock is set
	c.rec = Attempt{
		Reservation: h.id, At: began.UTC(), System: req.System, User: req.User, Prefill: req.Prefill,
		ReservedNano: bound.CostNano, Verdicts: []Verdict{},
	}
	defer func() { lease.Done(c.rec.used(bound), errorKind(err) == KindThrottled) }()
	j.track.tell(Step{Stage: StageModel})
	c.ans, err = s.invoke(ctx, req)
	c.took = s.cfg.Now().Sub(began)
	j.took.Model += c.took
	s.settle(ctx, j, h.bill(&c.rec, c.ans, err))
	c.rec.fill(c.ans, err, c.took)
	s.report(ctx, j, &c.rec, err, c.took)
	return c, err
}

// limitQuota stands for all limits of a model call together.
const limitQuota = "bedrock_quota"

// acquire waits for a share of the provider's quota, but not so long that too
// little time for the call would remain.
func (s *Service) acquire(ctx context.Context, j *job, bound Bound) (Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience(ctx, j))
	defer cancel()
	call := QuotaCall{Client: j.req.Client, Tokens: bound.QuotaTokens(), Batch: j.req.Batch != ""}
	lease, err := s.cfg.Quota.Acquire(ctx, call, func(position int) { j.track.tell(Step{Stage: StageQueued, Position: position}) })
	var (
		quota *QuotaError
		own   *LimitError
	)
	switch {
	case err == nil:
		s.cfg.Observer.Limit(limitQuota, "allowed")
		return lease, nil
	case errors.As(err, &own):
		s.cfg.Observer.Limit(own.Limit, "refused")
		return nil, err
	case errors.As(err, &quota):
		s.cfg.Observer.Limit(quota.Limit, "refused")
		return nil, err
	}
	s.cfg.Observer.Limit(limitQuota, "refused")
	return nil, &ModelError{Kind: KindUnavailable, Err: fmt.Errorf("quota: %w", err)}
}

// patience is how long to wait until a call may be made, so that time for one
// remains.
func (s *Service) patience(ctx context.Context, j *job) time.Duration {
	wait := s.cfg.Timeouts.Quota
	if j.req.Batch != "" {
		wait = s.cfg.Timeouts.Work // nobody waits for it
	}
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)-s.cfg.Timeouts.MinAttempt)
	}
	return wait
}

// invoke calls the model under the attempt's own deadline. A panic counts as a
// call whose outcome is unknown.
func (s *Service) invoke(ctx context.Context, req ModelRequest) (ans ModelAnswer, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.Timeouts.Attempt, ErrAttemptTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			ans = ModelAnswer{}
			err = &ModelError{Kind: KindUnavailable, Sent: true, Billable: true,
				Err: fmt.Errorf("panic: %s\n%s", PanicText(p), debug.Stack())}
		}
	}()
	ans, err = s.cfg.Model.Invoke(ctx, req)
	var known *ModelError
	if err != nil && !errors.As(err, &known) {
		err = &ModelError{Kind: KindUnavailable, Sent: true, Billable: true, Err: err}
	}
	return ans, err
}

// bill notes what a call cost and returns what ends its reservation, by what is
// known: the billed usage, nothing when nothing can have been billed, and
// otherwise all of it.
func (h *hold) bill(rec *Attempt, ans ModelAnswer, err error) (end func(context.Context)) {
	var failed *ModelError
	switch {
	case err == nil && ans.Usage != nil:
		billed := *ans.Usage
		rec.InputTokens, rec.OutputTokens, rec.CostNano = billed.InputTokens, billed.OutputTokens, billed.CostNano
		return func(ctx context.Context) { h.settle(ctx, billed) }
	case errors.As(err, &failed) && !(failed.Sent && failed.Billable):
		return h.release
	default:
		rec.CostNano = rec.ReservedNano
		return h.forfeit
	}
}

// settle ends a reservation beside the work on j. It returns when that has begun:
// the settlement is to be in line before the record of the same answer, whose
// transaction it shares, and where there is more to do than there are CPUs the
// checks would come first.
func (s *Service) settle(ctx context.Context, j *job, end func(context.Context)) {
	begun := make(chan struct{})
	defer func() { <-begun }()
	j.settling.Go(func() {
		close(begun)
		defer s.timed(&j.took.Ledger)()
		defer func() {
			if p := recover(); p != nil {
				s.logPanic(ctx, "panic in a settlement", p)
			}
		}()
		end(ctx)
	})
}

// used is what the call took of the provider's tokens: all that was asked for
// when that is not known.
func (a *Attempt) used(bound Bound) int {
	if a.CostNano > 0 && a.InputTokens+a.OutputTokens == 0 {
		return bound.ExpectedInputTokens + bound.OutputTokens
	}
	return a.InputTokens + a.OutputTokens
}

func (a *Attempt) fill(ans ModelAnswer, err error, took time.Duration) {
	a.Raw, a.StopReason, a.RequestID = ans.Text, ans.StopReason, ans.RequestID
	a.ErrorKind = string(errorKind(err))
	a.LatencyMS = took.Milliseconds()
}

// report counts and logs one attempt. The line holds ids, kinds, sizes and
// times, and nothing of the portfolio.
func (s *Service) report(ctx context.Context, j *job, a *Attempt, err error, took time.Duration) {
	s.cfg.Observer.Operation(s.info.ID, took, a.ErrorKind)
	s.cfg.Observer.Tokens(j.req.Client, s.info.ID, a.InputTokens, a.OutputTokens, a.CostNano)
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	s.cfg.Logger.LogAttrs(ctx, level, "model attempt",
		slog.String("request_id", j.req.RequestID), slog.String("trace_id", j.req.TraceID), slog.String("client", j.req.Client),
		slog.String("model", s.info.ID), slog.String("reservation", a.Reservation),
		slog.String("aws_request_id", a.RequestID), slog.String("error_kind", a.ErrorKind),
		slog.String("stop_reason", a.StopReason),
		slog.Int("input_tokens", a.InputTokens), slog.Int("output_tokens", a.OutputTokens),
		slog.Int64("cost_nano_usd", a.CostNano), slog.Int64("reserved_nano_usd", a.ReservedNano),
		slog.Duration("took", took), slog.Any("error", causeOf(err)))
}

func errorKind(err error) ErrorKind {
	var m *ModelError
	if errors.As(err, &m) {
		return m.Kind
	}
	return ""
}

// causeOf adds the cause, which ModelError's own text leaves out.
func causeOf(err error) error {
	var m *ModelError
	if errors.As(err, &m) && m.Err != nil {
		return fmt.Errorf("%w: %w", err, m.Err)
	}
	return err
}
