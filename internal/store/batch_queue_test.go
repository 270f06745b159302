package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/batch"
)

// A line belongs to one holder until its lease lapses, and has one result.
func TestLineIsEndedOnce(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 1)
		first := claim(t, s, "h1", 1, noon)[0]
		if more := claim(t, s, "h2", 1, noon.Add(leaseTime-1)); len(more) != 0 {
			t.Fatal("taken twice")
		}
		ok(t, s.Renew(t.Context(), "h1", []batch.Line{first, {Job: "bat_1", Number: 9}}, noon.Add(leaseTime), leaseTime))
		if more := claim(t, s, "h2", 1, noon.Add(2*leaseTime-1)); len(more) != 0 {
			t.Fatal("taken although it was renewed")
		}
		again := claim(t, s, "h2", 1, noon.Add(2*leaseTime))
		if len(again) != 1 || string(again[0].Input) != "input 1" {
			t.Fatalf("%+v", again)
		}
		_, err := s.Finish(t.Context(), "h1", first, answered, noon)
		wantErr(t, err, batch.ErrNotHeld)
		_, err = s.Return(t.Context(), "h1", first, noon, "x", noon)
		wantErr(t, err, batch.ErrNotHeld)
		if !finish(t, s, "h2", again[0], batch.Outcome{Recommendation: "rec_2", Source: "rules"}) {
			t.Error("not ended")
		}
		_, err = s.Finish(t.Context(), "h2", again[0], answered, noon)
		wantErr(t, err, batch.ErrNotHeld)
		if j := jobNow(t, s, "a", "bat_1"); j.Sources != (batch.Sources{Rules: 1}) {
			t.Errorf("%+v", j)
		}
	})
}

// A replica whose clock is an hour ahead, or behind, takes nobody's lines.
func TestLeasesGoByTheDatabasesClock(t *testing.T) {
	s := open(t, Config{DSN: needServer(t).Copy(t, migrated.postgres.DSN), Limits: testLimits})
	jobOf(t, s, "a", "bat_1", 3)
	for i, now := range []time.Time{noon, noon.Add(time.Hour), noon.Add(-time.Hour)} {
		lines := claim(t, s, fmt.Sprint("h", i), 1, now)
		if len(lines) != 1 || lines[0].Number != i+1 {
			t.Fatalf("at %s: %+v", now, lines)
		}
		ok(t, s.Renew(t.Context(), "h0", lines, now, leaseTime))
	}
	if more := claim(t, s, "h", 1, noon.Add(time.Hour)); len(more) != 0 {
		t.Errorf("taken twice: %+v", more)
	}
}

// A job that waits is passed over until its time, and remembers since when.
func TestJobIsHeld(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 2)
		l := claim(t, s, "h", 1, noon)[0]
		_, err := s.Return(t.Context(), "h", l, noon.Add(time.Minute), "model_throttled", noon)
		ok(t, err)
		if j := jobNow(t, s, "a", "bat_1"); j.Reason != "model_throttled" || !j.HeldUntil.Equal(noon.Add(time.Minute)) {
			t.Errorf("%+v", j)
		}
		if more := claim(t, s, "h", 2, noon.Add(time.Minute-1)); len(more) != 0 {
			t.Fatal("taken too early")
		}
		again := claim(t, s, "h", 2, noon.Add(time.Minute))
		if len(again) != 2 || !again[0].Blocked.Equal(noon) {
			t.Fatalf("%+v", again)
		}
		finish(t, s, "h", again[0], answered)
		_, err = s.Return(t.Context(), "h", again[1], time.Time{}, "", noon)
		ok(t, err)
		if l := claim(t, s, "h", 1, noon.Add(time.Minute)); !l[0].Blocked.IsZero() {
			t.Errorf("blocked since %v although a line got the model's words", l[0].Blocked)
		}
	})
}

// When the clock is set back by an hour, neither a job that is held nor the line
// of a process that died waits for an hour, and nobody's line is taken from him.
func TestClockSetBackHoldsNoJob(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		back := noon.Add(-time.Hour)
		jobOf(t, s, "a", "bat_1", 1)
		_, err := s.Return(t.Context(), "h", claim(t, s, "h", 1, noon)[0], noon.Add(time.Minute), "model_throttled", noon)
		ok(t, err)
		more := claim(t, s, "h", 1, back)
		if len(more) != 1 {
			t.Fatal("a job is held for an hour")
		}
		finish(t, s, "h", more[0], answered)
		jobOf(t, s, "a", "bat_2", 1)
		lines := claim(t, s, "dies", 1, noon)
		if more := claim(t, s, "h", 1, back); len(more) != 0 {
			t.Error("taken from somebody who holds it")
		}
		ok(t, s.Renew(t.Context(), "dies", lines, back.Add(5*time.Second), leaseTime))
		if more := claim(t, s, "h", 1, back.Add(leaseTime)); len(more) != 0 {
			t.Error("taken although it was renewed")
		}
		if more := claim(t, s, "h", 1, back.Add(5*time.Second+leaseTime)); len(more) != 1 {
			t.Errorf("%d lines of a process that died are taken after their lease, want 1", len(more))
		}
	})
}

// Clients have their turns, whatever the size of their jobs.
func TestClientsTakeTurns(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 30)
		jobOf(t, s, "a", "bat_2", 30)
		jobOf(t, s, "b", "bat_3", 30)
		count := map[string]int{}
		for i := range 6 {
			for _, l := range claim(t, s, "h", 8, noon.Add(time.Duration(i))) {
				count[l.Job]++
			}
		}
		if count["bat_3"] != 24 || count["bat_1"] != 12 || count["bat_2"] != 12 {
			t.Errorf("%v, want half for each client", count)
		}
	})
}

// What has not ended is told of each client, also of those that have nothing.
func TestOpenWorkIsTold(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 3)
		jobOf(t, s, "a", "bat_2", 2)
		finish(t, s, "h", claim(t, s, "h", 1, noon)[0], answered)
		registry := prometheus.NewPedanticRegistry()
		for _, c := range s.Collectors() {
			ok(t, registry.Register(c))
		}
		ok(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP ballast_batch_jobs_open Batch jobs that have not ended.
# TYPE ballast_batch_jobs_open gauge
ballast_batch_jobs_open{client="a"} 2
ballast_batch_jobs_open{client="b"} 0
# HELP ballast_batch_lines_open Lines of batch jobs that have not ended.
# TYPE ballast_batch_lines_open gauge
ballast_batch_lines_open{client="a"} 4
ballast_batch_lines_open{client="b"} 0
`), "ballast_batch_jobs_open", "ballast_batch_lines_open"))
	})
}

// TestReplicasShareOneQueue lets three stores work off one job: every line is
// ended once.
func TestReplicasShareOneQueue(t *testing.T) {
	cfg := Config{DSN: needServer(t).Database(t), Limits: testLimits, Replicas: 3}
	stores := []*Store{open(t, cfg), open(t, cfg), open(t, cfg)}
	jobOf(t, stores[0], "a", "bat_1", 60)
	done := make(chan []int, len(stores))
	for i, s := range stores {
		go func() {
			var mine []int
			for {
				got, err := s.Claim(context.Background(), fmt.Sprint("h", i), 3, noon, leaseTime)
				if err != nil || len(got.Lines) == 0 {
					break
				}
				for _, l := range got.Lines {
					if _, err := s.Finish(context.Background(), fmt.Sprint("h", i), l, answered, noon); err == nil {
						mine = append(mine, l.Number)
					}
				}
			}
			done <- mine
		}()
	}
	var all []int
	for range stores {
		all = append(all, <-done...)
	}
	slices.Sort(all)
	if len(all) != 60 || len(slices.Compact(all)) != 60 {
		t.Errorf("%d ends of 60 lines", len(all))
	}
	if j := jobNow(t, stores[1], "a", "bat_1"); j.State != batch.Completed {
		t.Errorf("%+v", j)
	}
}
