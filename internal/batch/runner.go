package batch

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// Deadline is after which a job waits for nothing any more: a line that still
// cannot have the model's words is answered without, or not at all.
const Deadline = 24 * time.Hour

const (
	// lease is how long a line is held by a runner that says nothing: what a
	// line of a process that was killed waits at the most.
	lease = 20 * time.Second
	renew = lease / 4
	// lookEvery is how often a runner without work looks for some.
	lookEvery = time.Second
	// storeWithin bounds one question to the queue.
	storeWithin = 5 * time.Second
	// The least and the most that a job waits before it is tried again.
	leastHold, mostHold = 2 * time.Second, time.Minute
)

// Config is what a Runner is made of. Queue, Service and Codec are required.
type Config struct {
	Queue    Queue
	Service  Service
	Codec    Codec
	Observer Observer // nil: nothing is counted
	// InFlight tells how many lines may be under way here at once.
	InFlight func() int
	// Patience is how long a job in mode "auto" waits for a model that cannot
	// be asked for now, counted from its last words; 0: 15 minutes.
	Patience time.Duration
	Holder   string // unique among all runners
	Now      func() time.Time
	Logger   *slog.Logger
}

// Runner works off the lines of jobs.
type Runner struct {
	cfg  Config
	wake chan struct{}
	// base outlives Run; it ends when Close has waited long enough.
	base  context.Context
	stop  context.CancelFunc
	lines sync.WaitGroup

	mu      sync.Mutex
	running map[*Line]bool
	closing bool
}

// NewRunner returns a Runner that is to be closed.
func NewRunner(cfg Config) *Runner {
	if cfg.Patience <= 0 {
		cfg.Patience = 15 * time.Minute
	}
	if cfg.Observer == nil {
		cfg.Observer = nopObserver{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Runner{cfg: cfg, wake: make(chan struct{}, 1), running: map[*Line]bool{}}
	r.base, r.stop = context.WithCancel(context.Background())
	return r
}

// Wake makes the runner look for work now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to
	}
}

// Run takes lines until ctx ends.
func (r *Runner) Run(ctx context.Context) {
	var renewing sync.WaitGroup
	defer renewing.Wait()
	renewing.Go(func() { r.renewAll(ctx) })
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		r.take(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-r.wake:
		}
	}
}

// Close waits, after Run has returned, for the lines under way. When ctx ends
// first they are given back, to be answered later or by others.
func (r *Runner) Close(ctx context.Context) error {
	defer r.stop()
	r.mu.Lock()
	r.closing = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() { r.lines.Wait(); close(done) }()
	tick := time.NewTicker(renew)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return nil
		case <-tick.C:
			r.renewNow(r.base)
		case <-ctx.Done():
			r.stop()
			<-done
			return ctx.Err()
		}
	}
}

// take starts as many lines as there is room for.
func (r *Runner) take(ctx context.Context) {
	for ctx.Err() == nil {
		free := r.free()
		if free <= 0 {
			return
		}
		got, err := r.claim(ctx, free)
		if err != nil {
			if ctx.Err() == nil {
				r.cfg.Logger.WarnContext(ctx, "batch lines could not be taken", slog.Any("error", err))
			}
			return
		}
		for _, ref := range got.Ended {
			r.Ended(ctx, ref)
		}
		for _, l := range got.Lines {
			r.start(l)
		}
		if len(got.Lines) < free {
			return
		}
	}
}

func (r *Runner) free() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cfg.InFlight() - len(r.running)
}

func (r *Runner) claim(ctx context.Context, n int) (Claimed, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if open, err := r.cfg.Queue.Open(ctx); err != nil || !open {
		return Claimed{}, err
	}
	return r.cfg.Queue.Claim(ctx, r.cfg.Holder, n, r.cfg.Now(), lease)
}

// start answers a line on a goroutine of its own, unless the runner is being
// closed.
func (r *Runner) start(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		r.giveBack(r.base, l, 0, "")
		return
	}
	r.running[&l] = true
	r.lines.Go(func() {
		r.answerSafely(r.base, l)
		r.mu.Lock()
		delete(r.running, &l)
		r.mu.Unlock()
		r.Wake()
	})
}

// renewAll holds what is under way until ctx ends.
func (r *Runner) renewAll(ctx context.Context) {
	tick := time.NewTicker(renew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.renewNow(ctx)
		}
	}
}

func (r *Runner) renewNow(ctx context.Context) {
	lines := r.underWay()
	if len(lines) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if err := r.cfg.Queue.Renew(ctx, r.cfg.Holder, lines, r.cfg.Now(), lease); err != nil && ctx.Err() == nil {
		r.cfg.Logger.WarnContext(ctx, "batch lines could not be held", slog.Any("error", err))
	}
}

func (r *Runner) underWay() []Line {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := make([]Line, 0, len(r.running))
	for l := range r.running {
		lines = append(lines, *l)
	}
	return lines
}

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
		r.finish(ctx, l, string(LineSucceeded), Outcome{Recommendation: res.ID, Source: res.Source, Degraded: res.Degraded})
	case passes:
		r.giveBack(ctx, l, wait, reason)
	default:
		r.fail(ctx, l, err)
	}
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
	late := r.cfg.Now().Sub(l.Created) >= Deadline
	var (
		model *recommend.ModelUnavailableError
		limit *recommend.LimitError
	)
	switch {
	case r.base.Err() != nil, errors.Is(err, recommend.ErrClosed):
		return 0, "", true // the process ends
	case errors.Is(err, recommend.ErrJournal):
		return mostHold, "journal_unavailable", true // without a record there is no answer of any kind
	case errors.As(err, &model) && model.Degraded.Passes():
		if after := model.Degraded.RetryAfter; after != nil {
			wait = time.Duration(*after) * time.Second
		}
		return wait, model.Degraded.Reason, !late && (req.Patient || req.Options.Mode == recommend.ModeAuto)
	case errors.As(err, &limit):
		return limit.RetryAfter, "rate_limited", !late
	case errors.Is(err, context.DeadlineExceeded):
		return leastHold, "timeout", !late
	}
	return 0, "", false
}

func reasonOf(err error) string {
	if model, ok := errors.AsType[*recommend.ModelUnavailableError](err); ok {
		return model.Degraded.Reason
	}
	return ""
}

func (r *Runner) fail(ctx context.Context, l Line, err error) {
	r.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "batch line failed", append(l.attrs(), slog.String("kind", errorName(err)))...)
	r.finish(ctx, l, string(LineFailed), Outcome{Error: r.cfg.Codec.Problem(err)})
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

// finish ends a line.
func (r *Runner) finish(ctx context.Context, l Line, state string, o Outcome) {
	if r.told(ctx, l, func(ctx context.Context) (bool, error) {
		return r.cfg.Queue.Finish(ctx, r.cfg.Holder, l, o, r.cfg.Now())
	}) {
		r.cfg.Observer.Line(l.Client, state)
	}
}

func (r *Runner) giveBack(ctx context.Context, l Line, wait time.Duration, reason string) {
	now := r.cfg.Now()
	until := now.Add(min(max(wait, leastHold), mostHold))
	if reason == "" {
		until = time.Time{}
	}
	if r.told(ctx, l, func(ctx context.Context) (bool, error) {
		return r.cfg.Queue.Return(ctx, r.cfg.Holder, l, until, reason, now)
	}) {
		r.cfg.Observer.Line(l.Client, "returned")
	}
}

// told tells the queue what came of a line, whether or not the runner is being
// stopped: again and again for a while, because whoever takes the line next
// would ask the model once more.
func (r *Runner) told(ctx context.Context, l Line, tell func(context.Context) (ended bool, err error)) bool {
	ctx = context.WithoutCancel(ctx)
	ended, err := r.once(ctx, tell)
	for tries := 1; err != nil && tries < mostTries && !errors.Is(err, ErrNotHeld) && r.pause(); tries++ {
		ended, err = r.once(ctx, tell)
	}
	if err != nil {
		r.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "batch line not concluded", append(l.attrs(), slog.Any("error", err))...)
		return false
	}
	if ended {
		r.Ended(ctx, l.Ref())
	}
	return true
}

// mostTries of telling, a second apart, outlast a restart of the database.
const mostTries = 20

func (r *Runner) once(ctx context.Context, tell func(context.Context) (ended bool, err error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	return tell(ctx)
}

// pause waits a moment, unless the runner ends.
func (r *Runner) pause() bool {
	t := time.NewTimer(lookEvery)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.base.Done():
		return false
	}
}

// Ended counts a job that has ended, and logs its one line.
func (r *Runner) Ended(ctx context.Context, of Ref) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	j, err := r.cfg.Queue.Job(ctx, of.Client, of.ID)
	if err != nil {
		r.cfg.Observer.Job(of.Client, "unknown")
		r.cfg.Logger.WarnContext(ctx, "batch ended", slog.String("batch", of.ID), slog.Any("error", err))
		return
	}
	r.cfg.Observer.Job(of.Client, string(j.State))
	r.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "batch ended",
		slog.String("batch", j.ID), slog.String("client", j.Client), slog.String("request_id", j.RequestID), slog.String("trace_id", j.TraceID),
		slog.String("status", string(j.State)), slog.Int("lines", j.Lines.Total), slog.Int("succeeded", j.Lines.Succeeded),
		slog.Int("failed", j.Lines.Failed), slog.Int("cancelled", j.Lines.Cancelled), slog.Int("degraded", j.Degraded),
		slog.Int64("cost_nano_usd", j.SpentNano), slog.Duration("took", j.Ended.Sub(j.Created)))
}

func (l Line) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("batch", l.Job), slog.Int("line", l.Number), slog.String("client", l.Client),
		slog.String("request_id", l.RequestID), slog.String("trace_id", l.TraceID),
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

type nopObserver struct{}

func (nopObserver) Line(string, string) {}
func (nopObserver) Job(string, string)  {}
