package recommend

import (
	"context"
	"errors"
	"slices"
	"time"
)

// maxAttempts bounds the calls of one request: the first, and either one retry
// of a call that failed without being billed or one re-ask after an answer of
// which nothing could be used.
const maxAttempts = 2

// conversation is what came of talking to the model.
type conversation struct {
	words    words
	attempts []Attempt
	took     time.Duration // by the model, all calls together
	err      error         // why there are no words
	kept     bool          // another replica has paid for the words
	from     string        // if kept, the record that they were first given in; "": unknown
}

// converse is the only place that calls the model again. It ends within ctx's
// deadline, settlements aside.
func (s *Service) converse(ctx context.Context, j *job) (c conversation) {
	var again []string
	for n := 1; ; n++ {
		req, most := s.request(j, again)
		j.settling.Wait() // or the budget would count the former call by its bound
		done, err := s.attempt(ctx, j, req)
		wait := retryPause(err, s.cfg.Timeouts.Pause)
		if err == nil {
			j.track.tell(Step{Stage: StageChecking})
			var answer checked
			var verdicts []Verdict
			judged := s.timed(&j.took.Check)
			answer, verdicts = s.checkSafely(ctx, j, done.ans, req)
			judged()
			done.rec.Verdicts = notNil(verdicts)
			c.words, again, wait = answer.words, answer.again, 0
			s.countRejections(done.rec.Verdicts)
			if s.allowances.learn(j.kind(), most, req.MaxTokens, done.ans) {
				again = []string{itemAnswer + " " + reasonTruncated}
			}
		}
		if done.made {
			c.attempts, c.took = append(c.attempts, done.rec), c.took+done.took
		}
		if c.words.any() {
			c.err = nil
			return c
		}
		c.fail(err)
		useless := wait < 0 || err == nil && len(again) == 0
		if n == maxAttempts || useless || !s.pause(ctx, j, wait) {
			return c
		}
	}
}

// fail keeps the reason that the caller is told. A rejected answer outranks
// what then stopped the re-ask, and a call that failed outranks a limit of the
// client that keeps it from being repeated.
func (c *conversation) fail(err error) {
	var own *LimitError
	switch {
	case errors.Is(c.err, errRejected), c.err != nil && errors.As(err, &own):
	case err == nil:
		c.err = errRejected
	default:
		c.err = err
	}
}

// retryable are the failures that a moment's wait may cure.
var retryable = []ErrorKind{KindThrottled, KindNotReady, KindUnavailable, KindNetwork}

// retryPause is how long to wait before trying again, or negative when it is of
// no use or the failed call may have been billed.
func retryPause(err error, pause time.Duration) time.Duration {
	var m *ModelError
	if !errors.As(err, &m) || m.Held || m.Sent && m.Billable || !slices.Contains(retryable, m.Kind) {
		return -1
	}
	return max(pause, m.RetryAfter)
}

// pause waits, and reports false at once when that is longer than anyone waits
// for the provider's quota: a caller who waits holds one of the client's places.
func (s *Service) pause(ctx context.Context, j *job, d time.Duration) bool {
	return d <= s.patience(ctx, j) && sleep(ctx, d)
}

// sleep waits, and reports false when ctx ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// checkSafely takes a panic in the checks for a rejected answer: it has been
// paid for, and the caller still gets the rules text.
func (s *Service) checkSafely(ctx context.Context, j *job, ans ModelAnswer, req ModelRequest) (c checked, verdicts []Verdict) {
	defer func() {
		if p := recover(); p != nil {
			c, verdicts = checked{}, reject(reasonPanic).verdicts
			s.logPanic(ctx, "panic in the checks of an answer", p)
		}
	}()
	return j.check(ans, req)
}

func (s *Service) countRejections(verdicts []Verdict) {
	for _, v := range verdicts {
		if v.Action != verdictRepaired {
			s.cfg.Observer.Rejection(v.Reason)
		}
	}
}
