package batch

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// Deadline is after which a job waits for nothing any more: a line that still
// cannot have the model's words is answered without, or not at all.
const Deadline = 24 * time.Hour

// MostHold is the most that a job waits before it is tried again.
const MostHold = time.Minute

// errPanic is all that a line's result tells of a panic.
var errPanic = errors.New("batch: panic")

func (r *Runner) answerSafely(ctx context.Context, l Line) {
	defer func() {
		if p := recover(); p != nil {
			r.cfg.Logger.LogAttrs(ctx, slog.LevelError, "panic in a batch line", append(l.attrs(),
				slog.String("panic", recommend.PanicText(p)), slog.String("stack", string(debug.Stack())))...)
			r.fail(ctx, l, errPanic)
		}
	}()
	r.answer(ctx, l)
}

// answer answers one line and ends it, or gives it back.
func (r *Runner) answer(ctx context.Context, l Line) {
	req, _, err := r.cfg.Codec.Decode(l.Input)
	if err != nil { // it was in order: the rules have changed since
		r.fail(ctx, l, err)
		return
	}
	req.Client, req.Batch, req.RequestID, req.TraceID = l.Client, l.Job, l.RequestID, l.TraceID
	req.Patient = r.patient(&req, l)
	res, err := r.cfg.Service.Recommend(ctx, req, nil)
	if reasonOf(err) == recommend.ReasonBudget && req.Patient && req.Options.Mode == recommend.ModeAuto {
		req.Patient = false
		res, err = r.cfg.Service.Recommend(ctx, req, nil)
	}
	wait, reason, passes := r.passes(&req, l, err)
	switch {
	case err == nil:
		r.journal.over()
		r.keeper.finish(ctx, l, LineSucceeded, Outcome{Recommendation: res.ID, Source: res.Source, Degraded: res.Degraded})
	case passes:
		r.keeper.giveBack(ctx, l, wait, reason)
	default:
		r.fail(ctx, l, err)
	}
}

func (r *Runner) fail(ctx context.Context, l Line, err error) {
	r.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "batch line failed", append(l.attrs(), slog.String("kind", errorName(err)))...)
	r.keeper.finish(ctx, l, LineFailed, Outcome{Error: r.cfg.Codec.Problem(err)})
}

// patient reports whether a line may still wait for the model's words.
func (r *Runner) patient(req *recommend.Request, l Line) bool {
	now := r.cfg.Now()
	if now.Sub(l.Created) >= Deadline {
		return false
	}
	return req.Options.Mode == recommend.ModeModel || l.Blocked.IsZero() || now.Sub(l.Blocked) < r.cfg.Patience
}

// passes reports whether a line that was refused is to be tried again, after
// what wait, and what it waits for.
func (r *Runner) passes(req *recommend.Request, l Line, err error) (wait time.Duration, reason string, yes bool) {
	now := r.cfg.Now()
	late := now.Sub(l.Created) >= Deadline
	var (
		model *recommend.ModelUnavailableError
		limit *recommend.LimitError
	)
	switch {
	case r.base.Err() != nil, errors.Is(err, recommend.ErrClosed):
		return 0, "", true // the process ends
	case errors.Is(err, recommend.ErrJournal):
		wait = r.journal.hold(now)
		return wait + r.cfg.Jitter(wait/4), "journal_unavailable", true // without a record there is no answer of any kind
	case errors.As(err, &model) && model.Degraded.Passes():
		if after := model.Degraded.RetryAfter; after != nil {
			wait = time.Duration(*after) * time.Second
		}
		return wait, model.Degraded.Reason, !late && (req.Patient || req.Options.Mode == recommend.ModeAuto)
	case errors.As(err, &limit):
		return limit.RetryAfter, "rate_limited", !late && limit.RetryAfter > 0
	case errors.Is(err, context.DeadlineExceeded):
		return leastHold, "timeout", !late
	}
	return 0, "", false
}

// outage is a time in which nothing could be recorded.
type outage struct {
	mu    sync.Mutex
	since time.Time // zero: none
}

// mostOutageHold, with a quarter that may be drawn on top, is what a job loses at
// the most after an outage.
const mostOutageHold = 8 * time.Second

// hold is how long a job waits for the end of an outage: about half as long as
// it has lasted, so that a short one costs little and a long one is asked of
// seldom, and not as long as its fellows wait.
func (o *outage) hold(now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = now
	}
	return min(max(now.Sub(o.since)/2, leastHold), mostOutageHold)
}

func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.since = time.Time{}
}

func reasonOf(err error) string {
	if model, ok := errors.AsType[*recommend.ModelUnavailableError](err); ok {
		return model.Degraded.Reason
	}
	return ""
}

// errorName names an error for the log, of whose text a caller may be the
// author.
func errorName(err error) string {
	if reason := reasonOf(err); reason != "" {
		return reason
	}
	if _, ok := errors.AsType[*recommend.LimitError](err); ok {
		return "rate_limited"
	}
	return "invalid_or_internal"
}
