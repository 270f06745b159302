package batch

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	// lease is how long a line is held by a runner that says nothing: what a
	// line of a process that was killed waits at the most.
	lease = 20 * time.Second
	renew = lease / 4
	// storeWithin bounds one question to the queue.
	storeWithin = 5 * time.Second
	// mostTries of telling, one each tellEvery, outlast a restart of the database.
	mostTries = 20
	tellEvery = time.Second
	// leastHold is the least that a job waits before it is tried again.
	leastHold = 2 * time.Second
)

// keeper is all that a runner asks of the queue and tells it, in the name of
// one holder.
type keeper struct {
	queue    Queue
	observer Observer
	holder   string
	now      func() time.Time
	logger   *slog.Logger
	done     <-chan struct{} // closed when nothing is to be told again
}

// claim takes at most so many lines.
func (k *keeper) claim(ctx context.Context, n int) (Claimed, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if open, err := k.queue.Open(ctx); err != nil || !open {
		return Claimed{}, err
	}
	return k.queue.Claim(ctx, k.holder, n, k.now(), lease)
}

// renew holds lines for another lease.
func (k *keeper) renew(ctx context.Context, lines []Line) {
	if len(lines) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if err := k.queue.Renew(ctx, k.holder, lines, k.now(), lease); err != nil && ctx.Err() == nil {
		k.logger.WarnContext(ctx, "batch lines could not be held", slog.Any("error", err))
	}
}

// finish ends a line.
func (k *keeper) finish(ctx context.Context, l Line, state LineState, o Outcome) {
	if k.told(ctx, l, func(ctx context.Context) (bool, error) {
		return k.queue.Finish(ctx, k.holder, l, o, k.now())
	}) {
		k.observer.Line(l.Client, string(state))
	}
}

// giveBack gives a line back. Its job waits for a reason, counted from when the
// queue hears of it; "": it does not wait.
func (k *keeper) giveBack(ctx context.Context, l Line, wait time.Duration, reason string) {
	if k.told(ctx, l, func(ctx context.Context) (bool, error) {
		now := k.now()
		until := now.Add(min(max(wait, leastHold), MostHold))
		if reason == "" {
			until = time.Time{}
		}
		return k.queue.Return(ctx, k.holder, l, until, reason, now)
	}) {
		k.observer.Line(l.Client, "returned")
	}
}

// told tells the queue what came of a line, whether or not the runner is being
// stopped: again and again for a while, because whoever takes the line next
// would ask the model once more.
func (k *keeper) told(ctx context.Context, l Line, tell func(context.Context) (ended bool, err error)) bool {
	ctx = context.WithoutCancel(ctx)
	ended, err := k.once(ctx, tell)
	for tries := 1; err != nil && tries < mostTries && !errors.Is(err, ErrNotHeld) && k.pause(); tries++ {
		ended, err = k.once(ctx, tell)
	}
	if err != nil {
		k.logger.LogAttrs(ctx, slog.LevelWarn, "batch line not concluded", append(l.attrs(), slog.Any("error", err))...)
		return false
	}
	if ended {
		k.ended(ctx, l.Ref())
	}
	return true
}

func (k *keeper) once(ctx context.Context, tell func(context.Context) (ended bool, err error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	return tell(ctx)
}

// pause waits a moment, unless the runner ends.
func (k *keeper) pause() bool {
	t := time.NewTimer(tellEvery)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-k.done:
		return false
	}
}

// ended counts a job that has ended, and logs its one line.
func (k *keeper) ended(ctx context.Context, of Ref) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	j, err := k.queue.Job(ctx, of.Client, of.ID)
	if err != nil {
		k.observer.Job(of.Client, "unknown")
		k.logger.WarnContext(ctx, "batch ended", slog.String("batch", of.ID), slog.Any("error", err))
		return
	}
	k.observer.Job(of.Client, string(j.State))
	k.logger.LogAttrs(ctx, slog.LevelInfo, "batch ended",
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

type nopObserver struct{}

func (nopObserver) Line(string, string) {}
func (nopObserver) Job(string, string)  {}
