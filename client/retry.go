package client

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// retrier repeats calls that failed for a while. Reads and analyses change
// nothing, and whatever is recorded carries a key.
type retrier struct {
	next    *http.Client
	retries int
	maxWait time.Duration
}

// firstWait is the wait before the first repetition that the server has not
// timed; it doubles.
const firstWait = 500 * time.Millisecond

// Do sends a request, and again while that makes sense.
func (r *retrier) Do(req *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		res, err := r.next.Do(req)
		wait, again := r.again(req, res, err, n)
		if !again {
			return res, err
		}
		if res != nil {
			discard(res.Body)
		}
		if err := sleep(req.Context(), wait); err != nil {
			return nil, err
		}
		if req, err = repeated(req); err != nil {
			return nil, err
		}
	}
}

// again decides whether a call is repeated, and after what wait.
func (r *retrier) again(req *http.Request, res *http.Response, err error, n int) (time.Duration, bool) {
	if n >= r.retries || req.Context().Err() != nil || stays(err) || (err == nil && !passes(res.StatusCode, retryAfter(res.Header), isProblem(res))) {
		return 0, false
	}
	var named time.Duration
	if err == nil {
		named = retryAfter(res.Header)
	}
	return r.wait(req.Context(), n, named)
}

// wait is that before repetition n, which the server may have named, and false
// when the caller would not wait so long. Our own pause is cut to what it would.
func (r *retrier) wait(ctx context.Context, n int, named time.Duration) (time.Duration, bool) {
	wait := max(min(pause(n), r.maxWait), named)
	deadline, bounded := ctx.Deadline()
	return wait, wait <= r.maxWait && (!bounded || wait <= time.Until(deadline))
}

// pause is the wait before repetition n. Half of it is random, so that callers
// do not come back together.
func pause(n int) time.Duration {
	wait := firstWait << min(n, 10)
	return wait/2 + rand.N(wait/2) //nolint:gosec // no secret
}

// passes tells the refusals that a later repetition may escape. Of the server's
// own conflicts and limits it is those that say when: a key that was used for
// another request stays used, and what is above a whole limit is never admitted.
func passes(status int, named time.Duration, own bool) bool {
	switch status {
	case http.StatusConflict:
		return named > 0
	case http.StatusTooManyRequests:
		return named > 0 || !own
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// repeated is req with its body to be read anew.
func repeated(req *http.Request) (*http.Request, error) {
	next := req.Clone(req.Context())
	if req.GetBody == nil {
		return next, nil
	}
	body, err := req.GetBody()
	next.Body = body
	return next, err
}

// discard reads a short rest, so that the connection can be used again.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
