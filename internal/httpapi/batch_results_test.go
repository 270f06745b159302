package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/batch"
)

// followResults reads a job's results as they come.
func (h *harness) followResults(t *testing.T, at string) *bufio.Reader {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+at+"/results?follow=true", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return bufio.NewReader(res.Body)
}

// A follower is sent each result as it comes, until the job has ended.
func TestBatchResultsAreFollowed(t *testing.T) {
	h := newHarness(t)
	at := h.sendLines([]string{lineOf(`"custom_id":"a"`)}).header.Get("Location")
	in := h.followResults(t, at)
	for n := range 2 {
		h.batches.end(exampleBatchID, batch.Result{Number: n + 1, State: batch.LineCancelled})
		line, err := in.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, fmt.Sprintf(`{"line":%d,`, n+1)) {
			t.Fatalf("%q, %v", line, err)
		}
	}
	if err := h.batches.Cancel(t.Context(), "web", exampleBatchID, testNow); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(in); err != nil || len(rest) > 0 {
		t.Errorf("%q, %v", rest, err)
	}
}

// A stop sends followers away, and a failure breaks the answer off.
func TestBatchResultsBreakOff(t *testing.T) {
	for name, cut := range map[string]func(*fakeBatches){
		"stop":    func(f *fakeBatches) { close(f.stop) },
		"failure": func(f *fakeBatches) { f.mu.Lock(); f.err = io.ErrUnexpectedEOF; f.mu.Unlock() },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			at := h.sendLines([]string{lineOf(`"custom_id":"a"`)}).header.Get("Location")
			h.batches.end(exampleBatchID, batch.Result{Number: 1, State: batch.LineCancelled})
			in := h.followResults(t, at)
			if _, err := in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			cut(h.batches)
			if _, err := io.ReadAll(in); (err != nil) != (name == "failure") {
				t.Errorf("%v", err)
			}
		})
	}
}

// jobAs are batches of which a job is as a test says.
type jobAs struct {
	*fakeBatches
	job func() (batch.Job, error)
}

func (j jobAs) Job(context.Context, string, string) (batch.Job, error) { return j.job() }

// An answer whose head has been sent does not seem whole after a panic.
func TestBatchResultsAfterAPanic(t *testing.T) {
	h := newHarness(t, func(c *Config) {
		c.Batches = jobAs{c.Batches.(*fakeBatches), func() (batch.Job, error) { panic("oh") }}
	})
	at := h.sendLines([]string{lineOf(`"custom_id":"a"`)}).header.Get("Location")
	h.batches.end(exampleBatchID, batch.Result{Number: 1, State: batch.LineCancelled})
	if rest, err := io.ReadAll(h.followResults(t, at)); !errors.Is(err, io.ErrUnexpectedEOF) || bytes.Count(rest, []byte("\n")) != 1 {
		t.Errorf("%q, %v", rest, err)
	}
	h.eventually(func() bool { return strings.Contains(h.log.String(), `"problem":"internal"`) })
}

// A follower whose job cannot be looked up asks again as often as any other.
func TestBatchResultsWithoutTheJob(t *testing.T) {
	const failures = 3
	looks := 0
	h := newHarness(t, func(c *Config) {
		c.Batches = jobAs{c.Batches.(*fakeBatches), func() (batch.Job, error) {
			if looks++; looks <= failures {
				return batch.Job{}, io.ErrUnexpectedEOF
			}
			return batch.Job{State: batch.Completed}, nil
		}}
	})
	at := h.sendLines([]string{lineOf(`"custom_id":"a"`)}).header.Get("Location")
	synctest.Test(t, func(t *testing.T) {
		h.batches.stop = make(chan struct{}) // of the bubble, whose time moves while it is waited for
		start := time.Now()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, at+"/results?follow=true", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+h.key)
		h.handler.ServeHTTP(httptest.NewRecorder(), r)
		if took := time.Since(start); looks != failures+1 || took != failures*resultsPause {
			t.Errorf("%d looks in %s", looks, took)
		}
	})
}
