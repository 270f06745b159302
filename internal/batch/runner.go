package batch

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// lookEvery is how often a runner without work looks for some.
const lookEvery = time.Second

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
	// Jitter draws what is waited on top of a hold, below most; nil: any of it is
	// as likely.
	Jitter func(most time.Duration) time.Duration
	Logger *slog.Logger
}

// Runner works off the lines of jobs.
type Runner struct {
	cfg     Config
	keeper  keeper
	journal outage
	wake    chan struct{}
	// base outlives Run; it ends when Close has waited long enough.
	base    context.Context
	stop    context.CancelFunc
	lines   sync.WaitGroup
	holding sync.WaitGroup

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
	if cfg.Jitter == nil {
		cfg.Jitter = rand.N[time.Duration]
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Runner{cfg: cfg, wake: make(chan struct{}, 1), running: map[*Line]bool{}}
	r.base, r.stop = context.WithCancel(context.Background())
	r.keeper = keeper{queue: cfg.Queue, observer: cfg.Observer, holder: cfg.Holder, now: cfg.Now, logger: cfg.Logger, done: r.base.Done()}
	return r
}

// Wake makes the runner look for work now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to
	}
}

// Ended counts a job that ended without a runner, and logs its one line.
func (r *Runner) Ended(ctx context.Context, of Ref) { r.keeper.ended(ctx, of) }

// Run takes lines until ctx ends. Those under way are held until Close, however
// long that is put off.
func (r *Runner) Run(ctx context.Context) {
	r.startHolding()
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
	defer r.holding.Wait()
	defer r.stop()
	r.mu.Lock()
	r.closing = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() { r.lines.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		r.stop()
		<-done
		return ctx.Err()
	}
}

// take starts as many lines as there is room for.
func (r *Runner) take(ctx context.Context) {
	for ctx.Err() == nil {
		free := r.free()
		if free <= 0 {
			return
		}
		got, err := r.keeper.claim(ctx, free)
		if err != nil {
			if ctx.Err() == nil {
				r.cfg.Logger.WarnContext(ctx, "batch lines could not be taken", slog.Any("error", err))
			}
			return
		}
		for _, ref := range got.Ended {
			r.keeper.ended(ctx, ref)
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

// start answers a line on a goroutine of its own, unless the runner is being
// closed.
func (r *Runner) start(l Line) {
	if !r.begin(&l) {
		r.keeper.giveBack(r.base, l, 0, "")
		return
	}
	go func() {
		defer r.lines.Done()
		r.answerSafely(r.base, l)
		r.mu.Lock()
		delete(r.running, &l)
		r.mu.Unlock()
		r.Wake()
	}()
}

// begin counts a line as under way, and is false when none may begin.
func (r *Runner) begin(l *Line) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		return false
	}
	r.running[l] = true
	r.lines.Add(1)
	return true
}

// startHolding does nothing once Close has begun, as it may before Run does.
func (r *Runner) startHolding() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closing {
		r.holding.Go(r.hold)
	}
}

// hold renews what is under way until base ends.
func (r *Runner) hold() {
	tick := time.NewTicker(renew)
	defer tick.Stop()
	for {
		select {
		case <-r.base.Done():
			return
		case <-tick.C:
			r.keeper.renew(r.base, r.underWay())
		}
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
