package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// shot is a request that is made again and again.
type shot struct {
	url, key string
	path     string
	body     func() []byte // of the next request
	want     int           // status
	or       int           // another status that may come too; 0: none
	apart    time.Duration // the callers begin spread over it
}

// volley is what came of a load.
type volley struct {
	took      time.Duration
	latencies []time.Duration // sorted
}

// perSecond is how many requests were answered in a second.
func (v volley) perSecond() float64 { return float64(len(v.latencies)) / v.took.Seconds() }

// quantile is the least latency that at least the part q does not exceed.
func (v volley) quantile(q float64) time.Duration {
	return v.latencies[min(int(q*float64(len(v.latencies))), len(v.latencies)-1)]
}

// fire keeps so many requests in flight for so long, each caller beginning the
// next when the last was answered. It fails on the first answer that has
// another status than is wanted.
func (s shot) fire(ctx context.Context, inFlight int, d time.Duration) (volley, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	defer client.CloseIdleConnections()
	var (
		wg  sync.WaitGroup
		all = make([][]time.Duration, inFlight)
	)
	start := time.Now()
	for i := range inFlight {
		wg.Go(func() {
			pause(ctx, s.apart*time.Duration(i)/time.Duration(inFlight))
			for time.Since(start) < d && ctx.Err() == nil {
				begun := time.Now()
				if _, err := s.send(ctx, client); err != nil {
					cancel(err)
					return
				}
				all[i] = append(all[i], time.Since(begun))
			}
		})
	}
	wg.Wait()
	v := volley{took: time.Since(start), latencies: slices.Concat(all...)}
	slices.Sort(v.latencies)
	return v, context.Cause(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// send makes one request and returns its answer.
func (s shot) send(ctx context.Context, client *http.Client) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+s.path, bytes.NewReader(s.body()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != s.want && res.StatusCode != s.or {
		err = fmt.Errorf("%s: status %d, want %d: %.300s", s.path, res.StatusCode, s.want, text)
	}
	return text, err
}

// always is one body for every request.
func always(body []byte) func() []byte { return func() []byte { return body } }

// distinct gives bodies that differ in a position's id alone, which the model
// is not told: every request leads to the same prompt, and none to an answer
// that is kept. The body holds the placeholder once.
func distinct(body []byte) func() []byte {
	var n atomic.Int64
	return func() []byte {
		return bytes.Replace(body, []byte(placeholder), fmt.Appendf(nil, "p%d", n.Add(1)), 1)
	}
}

// placeholder is a position's id that distinct replaces.
const placeholder = "the-position-id"
