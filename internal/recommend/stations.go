package recommend

import (
	"log/slog"
	"time"
)

// Stations is how long a request took at each station on its way, all of its
// model calls together. One that it did not pass took nothing.
type Stations struct {
	Analysis time.Duration
	Ledger   time.Duration // reserving and settling money
	Queue    time.Duration // waiting for money that other calls hold, and for the provider's quota
	Model    time.Duration
	Check    time.Duration // of the model's words
	Journal  time.Duration
}

// LogValue implements slog.LogValuer.
func (s Stations) LogValue() slog.Value {
	return slog.GroupValue(slog.Duration("analysis", s.Analysis), slog.Duration("ledger", s.Ledger), slog.Duration("queue", s.Queue),
		slog.Duration("model", s.Model), slog.Duration("check", s.Check), slog.Duration("journal", s.Journal))
}

// timed adds to a station's time until the returned function is called.
func (s *Service) timed(station *time.Duration) (stop func()) {
	start := s.cfg.Now()
	return func() { *station += max(0, s.cfg.Now().Sub(start)) }
}

// timed tells with a result what its job took on the way to the journal.
func (j *job) timed(out Result) Result {
	journal := out.Took.Journal
	out.Took = j.took
	out.Took.Journal = journal
	return out
}
