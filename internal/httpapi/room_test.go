package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestLargeBodiesTakeTurns(t *testing.T) {
	for name, c := range map[string]struct {
		room  int64
		sizes []int
		in    int // of them, at once
	}{
		"small ones are not counted":       {1, []int{smallBody, smallBody, smallBody}, 3},
		"as many as fit":                   {3 * smallBody, []int{smallBody + 1, smallBody + 1, smallBody + 1}, 2},
		"one that is larger than the room": {smallBody + 2, []int{smallBody * 10, smallBody + 1}, 1},
		"no bound":                         {0, []int{smallBody * 10, smallBody * 10}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, in := newRoom(c.room), 0
				var leave []func()
				for _, n := range c.sizes {
					begin := time.Now()
					out, err := m.enter(t.Context(), n)
					if err == nil {
						in, leave = in+1, append(leave, out)
						continue
					}
					if !errors.Is(err, errNoRoom) || classify(err) != kindUnavailable || time.Since(begin) != roomPatience {
						t.Errorf("%v after %v", err, time.Since(begin))
					}
				}
				if in != c.in {
					t.Errorf("%d of %d are in, want %d", in, len(c.sizes), c.in)
				}
				for _, out := range leave {
					out()
				}
				if _, err := m.enter(t.Context(), c.sizes[len(c.sizes)-1]); err != nil {
					t.Errorf("after all have left: %v", err)
				}
			})
		})
	}
}

// TestWaitForRoomEndsWithItsCaller who is not told that there is none.
func TestWaitForRoomEndsWithItsCaller(t *testing.T) {
	m := newRoom(smallBody + 1)
	if _, err := m.enter(t.Context(), smallBody+1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.enter(ctx, smallBody+1); !errors.Is(err, context.Canceled) || errors.Is(err, errNoRoom) {
		t.Errorf("%v, want the caller's own end", err)
	}
}

// TestNoRoomIsAProblem that says when to come again, and is counted; whatever
// came of a body, its room is given back.
func TestNoRoomIsAProblem(t *testing.T) {
	h := newHarness(t, func(c *Config) { c.LargeBodyBytes = smallBody + 1 })
	s := h.handler.(*API).server
	large := valid + strings.Repeat(" ", smallBody)
	faulty := "{" + large
	synctest.Test(t, func(t *testing.T) {
		ask := func(body string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/analyses", strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+h.key)
			r.Header.Set("Content-Type", "application/json")
			h.handler.ServeHTTP(w, r)
			return w
		}
		leave, err := s.room.enter(t.Context(), smallBody+1)
		if err != nil {
			t.Fatal(err)
		}
		if w := ask(large); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || !strings.Contains(w.Body.String(), `"unavailable"`) {
			t.Errorf("status %d, %v: %s", w.Code, w.Header(), w.Body)
		}
		leave()
		for _, c := range []struct {
			body string
			want int
		}{{faulty, http.StatusBadRequest}, {large, http.StatusOK}, {large, http.StatusOK}} {
			if w := ask(c.body); w.Code != c.want {
				t.Errorf("status %d, want %d: %s", w.Code, c.want, w.Body)
			}
		}
	})
	if n := testutil.ToFloat64(s.metrics.decisions.WithLabelValues("large_bodies", "refused")); n != 1 {
		t.Errorf("%v refusals were counted", n)
	}
}

func TestBodyIsNotKeptOnceRead(t *testing.T) {
	b := &passingBody{[]byte("abcdef")}
	got, err := io.ReadAll(io.LimitReader(b, 6))
	if err != nil || !bytes.Equal(got, []byte("abcdef")) || b.rest != nil {
		t.Errorf("%q, %v, %d bytes are kept", got, err, len(b.rest))
	}
}
