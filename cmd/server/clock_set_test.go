package main

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// shifted is a time of a machine whose clock was set by so many seconds: what it
// shows differs, and what has passed does not. It knows how time.Time is laid
// out: seconds from bit 30 of its first word on, and what has passed in the next.
func shifted(t time.Time, seconds int64) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) += uint64(seconds << 30)
	return t
}

// What has passed is told by a clock that nobody sets: how long the model took,
// and how long an answer is kept.
func TestClockIsSetMeanwhile(t *testing.T) {
	if now := time.Now(); !shifted(now, 3600).Round(0).Equal(now.Round(0).Add(time.Hour)) || shifted(now, 3600).Sub(now) != 0 {
		t.Skip("time.Time is laid out in another way by now")
	}
	for name, by := range map[string]int64{"ahead": 3600, "back": -3600} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var offset atomic.Int64
			m := mountAt(t, func() time.Time { return shifted(time.Now(), offset.Load()) }, func() { offset.Store(by) })
			var took [2]struct {
				Usage struct {
					ModelMS int64 `json:"model_ms"`
					Cached  bool
				}
			}
			for i := range took {
				res := m.call(http.MethodPost, "/v1/recommendations", p0(t))
				if err := json.Unmarshal(res.Body.Bytes(), &took[i]); err != nil || res.Code != http.StatusOK {
					t.Fatalf("status %d, %v: %s", res.Code, err, res.Body)
				}
				offset.Add(by)
			}
			if ms := took[0].Usage.ModelMS; ms < 0 || ms > time.Minute.Milliseconds() {
				t.Errorf("the model took %d ms", ms)
			}
			if !took[1].Usage.Cached {
				t.Error("the answer is not kept any more")
			}
			if sum := m.reading("ballast_overhead_seconds"); sum < 0 || sum > time.Minute.Seconds() {
				t.Errorf("%v s were spent beside the model", sum)
			}
		})
	}
}
