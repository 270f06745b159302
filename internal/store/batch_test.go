package store

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/recommend"
)

const leaseTime = 20 * time.Second

// jobOf makes a job of n lines, whose input is its number, and commits it.
func jobOf(t testing.TB, s *Store, client, id string, n int) batch.Job {
	t.Helper()
	j := batch.Job{ID: id, Client: client, RequestID: "req", TraceID: "trace", Created: noon, Expires: noon.Add(time.Minute)}
	ok(t, s.Create(t.Context(), j, 10))
	var lines []batch.NewLine
	for i := range n {
		lines = append(lines, batch.NewLine{Number: i + 1, CustomID: fmt.Sprint("c", i+1), Input: fmt.Append(nil, "input ", i+1)})
	}
	ok(t, s.Add(t.Context(), j, lines))
	j.Lines.Total, j.Expires = n, noon.Add(batch.Deadline+time.Hour)
	_, err := s.Commit(t.Context(), j, nil)
	ok(t, err)
	return j
}

func claim(t testing.TB, s *Store, holder string, n int, now time.Time) []batch.Line {
	t.Helper()
	got, err := s.Claim(t.Context(), holder, n, now, leaseTime)
	ok(t, err)
	return got.Lines
}

func finish(t testing.TB, s *Store, holder string, l batch.Line, o batch.Outcome) bool {
	t.Helper()
	ended, err := s.Finish(t.Context(), holder, l, o, noon)
	ok(t, err)
	return ended
}

func jobNow(t testing.TB, s *Store, client, id string) batch.Job {
	t.Helper()
	j, err := s.Job(t.Context(), client, id)
	ok(t, err)
	return j
}

var answered = batch.Outcome{Recommendation: "rec_1", Source: "model"}

// TestJobFromBeginningToEnd is the life of one job on either database, its
// content in plain and sealed.
func TestJobFromBeginningToEnd(t *testing.T) {
	for name, keys := range map[string]Keys{"plain": {}, "sealed": keysOf("k1")} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cfg Config) {
				cfg.Keys = keys
				s := open(t, cfg)
				r := recommend.Record{ID: "rec_1", Client: "a", CreatedAt: noon, Answer: []byte(`{"id":"rec_1"}`)}
				ok(t, s.Append(t.Context(), r))
				jobOf(t, s, "a", "bat_1", 3)
				if j := jobNow(t, s, "a", "bat_1"); j.State != batch.Queued || j.Lines.Queued != 3 || !j.Started.IsZero() {
					t.Fatalf("%+v", j)
				}
				lines := claim(t, s, "h", 2, noon)
				if len(lines) != 2 || string(lines[1].Input) != "input 2" || lines[0].RequestID != "req" || !lines[0].Created.Equal(noon) {
					t.Fatalf("%+v", lines)
				}
				if finish(t, s, "h", lines[1], batch.Outcome{Error: []byte(`{"status":422}`)}) {
					t.Error("ended with two lines to go")
				}
				if got, err := s.Results(t.Context(), "a", "bat_1", 0, 10); len(got) != 0 || err != nil {
					t.Errorf("results before the first line has one: %+v, %v", got, err)
				}
				finish(t, s, "h", lines[0], answered)
				if j := jobNow(t, s, "a", "bat_1"); j.State != batch.Running || j.Lines != (batch.Counts{Total: 3, Queued: 1, Succeeded: 1, Failed: 1}) || j.Sources.Model != 1 {
					t.Errorf("%+v", j)
				}
				last := claim(t, s, "h", 5, noon)
				if len(last) != 1 || !finish(t, s, "h", last[0], answered) {
					t.Error("not ended with its last line")
				}
				got, err := s.Results(t.Context(), "a", "bat_1", 1, 10)
				ok(t, err)
				if len(got) != 2 || got[0].CustomID != "c2" || string(got[0].Error) != `{"status":422}` || string(got[1].Answer) != `{"id":"rec_1"}` {
					t.Errorf("%+v", got)
				}
				if j := jobNow(t, s, "a", "bat_1"); j.State != batch.Completed || !j.Ended.Equal(noon) || !j.Expires.Equal(noon.Add(time.Hour)) {
					t.Errorf("%+v", j)
				}
				wantNoInput(t, s)
			})
		})
	}
}

// wantNoInput: what has ended needs its request no more.
func wantNoInput(t testing.TB, s *Store) {
	t.Helper()
	var n int
	ok(t, s.read.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM batch_lines WHERE length(input) > 0`).Scan(&n))
	if n > 0 {
		t.Errorf("%d inputs are left", n)
	}
}

func TestJobContentIsSealed(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Keys = keysOf("k1")
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 1)
		var input, customID []byte
		ok(t, s.read.QueryRowContext(t.Context(), `SELECT input, custom_id FROM batch_lines`).Scan(&input, &customID))
		if bytes.Contains(input, []byte("input")) || bytes.Contains(customID, []byte("c1")) || len(input) == 0 {
			t.Errorf("%q %q", input, customID)
		}
	})
}

// A cancelled job ends with the lines that were under way, also when their
// process has died.
func TestJobIsCancelled(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 4)
		lines := claim(t, s, "h", 3, noon)
		_, err := s.Cancel(t.Context(), "b", "bat_1", noon)
		wantErr(t, err, batch.ErrNotFound)
		for range 2 {
			if ended, err := s.Cancel(t.Context(), "a", "bat_1", noon); ended || err != nil {
				t.Fatal(ended, err)
			}
		}
		if j := jobNow(t, s, "a", "bat_1"); j.State != batch.Cancelling || j.Lines.Running != 3 || j.Lines.Cancelled != 1 {
			t.Fatalf("%+v", j)
		}
		finish(t, s, "h", lines[0], answered)
		ended, err := s.Return(t.Context(), "h", lines[1], noon.Add(time.Minute), "model_throttled", noon)
		if ended || err != nil {
			t.Fatal(ended, err)
		}
		got, err := s.Claim(t.Context(), "other", 3, noon.Add(leaseTime), leaseTime)
		ok(t, err)
		if want := (batch.Claimed{Ended: []batch.Ref{{Client: "a", ID: "bat_1"}}}); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, want the job's end and none of its lines", got)
		}
		if j := jobNow(t, s, "a", "bat_1"); j.State != batch.Cancelled || j.Lines != (batch.Counts{Total: 4, Succeeded: 1, Cancelled: 3}) {
			t.Errorf("%+v", j)
		}
		wantNoInput(t, s)
	})
}

func TestOpenJobsAreBounded(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 1)
		var tooMany *batch.OpenJobsError
		j := batch.Job{ID: "bat_2", Client: "a", Created: noon, Expires: noon.Add(time.Minute)}
		if err := s.Create(t.Context(), j, 1); !errors.As(err, &tooMany) {
			t.Fatal(err)
		}
		j.Client = "b"
		ok(t, s.Create(t.Context(), j, 1))
		_, err := s.Job(t.Context(), "b", "bat_2")
		wantErr(t, err, batch.ErrNotFound) // it is being received
		isOpen, err := s.Open(t.Context())
		if !isOpen || err != nil {
			t.Error(isOpen, err)
		}
		ok(t, s.Discard(t.Context(), "bat_1"))
		jobNow(t, s, "a", "bat_1") // it was committed
	})
}

// The key and the job are concluded together: the same request is one job.
func TestCommitUnderAKey(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Keys = keysOf("k1")
		s := open(t, cfg)
		commit := func(id, hash string) ([]byte, error) {
			j := batch.Job{ID: id, Client: "a", Created: noon, Expires: noon.Add(time.Minute)}
			ok(t, s.Create(t.Context(), j, 10))
			ok(t, s.Add(t.Context(), j, []batch.NewLine{{Number: 1, Input: []byte("x")}}))
			j.Lines.Total = 1
			return s.Commit(t.Context(), j, &batch.Once{Key: "k", Hash: hash, Body: []byte(id), At: noon})
		}
		if stored, err := commit("bat_1", "h"); stored != nil || err != nil {
			t.Fatal(stored, err)
		}
		if stored, err := commit("bat_2", "h"); string(stored) != "bat_1" || err != nil {
			t.Fatal(stored, err)
		}
		_, err := commit("bat_3", "other")
		wantErr(t, err, ErrKeyReused)
		for _, id := range []string{"bat_2", "bat_3"} {
			if _, err := s.Job(t.Context(), "a", id); !errors.Is(err, batch.ErrNotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
		if r, err := begin(t, s, "a", "k", "h", noon); err != nil || string(r.Body) != "bat_1" {
			t.Errorf("%+v, %v", r, err)
		}
		ok(t, s.Discard(t.Context(), "bat_2"))
		_, err = s.Commit(t.Context(), batch.Job{ID: "bat_2", Client: "a"}, nil)
		wantErr(t, err, batch.ErrNotFound)
	})
}

// What has ended is erased after its time, and what nobody completed.
func TestJobsExpire(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		jobOf(t, s, "a", "bat_1", 1)
		finish(t, s, "h", claim(t, s, "h", 1, noon)[0], answered)
		jobOf(t, s, "a", "bat_2", 1)
		given := batch.Job{ID: "bat_3", Client: "a", Created: noon, Expires: noon.Add(time.Minute)}
		ok(t, s.Create(t.Context(), given, 10))
		ok(t, s.Add(t.Context(), given, []batch.NewLine{{Number: 1, Input: []byte("x")}}))
		m, err := s.Maintain(t.Context(), noon.Add(time.Hour-1))
		if err != nil || m.Jobs != 1 {
			t.Errorf("%+v, %v", m, err)
		}
		m, err = s.Maintain(t.Context(), noon.Add(72*time.Hour))
		if err != nil || m.Jobs != 1 {
			t.Errorf("%+v, %v", m, err)
		}
		jobNow(t, s, "a", "bat_2") // it is not done
		var n int
		ok(t, s.read.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM batch_lines`).Scan(&n))
		if n != 1 {
			t.Errorf("%d lines are left", n)
		}
	})
}
