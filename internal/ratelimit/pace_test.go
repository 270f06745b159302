package ratelimit

import (
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/recommend"
)

// A throttle halves the rates and empties the buckets; calls that were under
// way at the time do not halve them again; in a minute all is back.
func TestThrottling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{RequestsPerMinute: 60, InFlight: 8})
		var leases []recommend.Lease
		for range 4 {
			leases = append(leases, acquire(t, q, 1))
		}
		time.Sleep(time.Second)
		for _, l := range leases {
			l.Done(0, true)
		}
		if got := q.State().Share; got != 0.5 {
			t.Errorf("share after four throttles at once: %v, want a half", got)
		}
		start := time.Now()
		late := acquire(t, q, 1)
		// A half of one request a second, growing by a sixtieth each second.
		want := 60 * (math.Sqrt(.25+2.0/60) - .5)
		if took := time.Since(start).Seconds(); took < want-0.001 || took > want+0.1 {
			t.Errorf("the next waited %.3f s, want %.3f s and hardly more", took, want)
		}
		late.Done(0, true)
		if got := q.State().Share; got > 0.3 || got < 0.25 {
			t.Errorf("share after a throttle at the new pace: %v, want half of a little more than a half", got)
		}
		time.Sleep(time.Minute)
		if got := q.State().Share; got != 1 {
			t.Errorf("share after a minute: %v", got)
		}
		for range 20 {
			l := acquire(t, q, 1)
			time.Sleep(time.Millisecond)
			l.Done(0, true)
		}
		if got := q.State().Share; got < leastShare {
			t.Errorf("share is %v, below the least", got)
		}
	})
}

// stretch is the inverse of the integral of the growing share.
func TestStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(leastShare, 1).Draw(t, "share")
		p := pace{share: share}
		seconds := rapid.Float64Range(0, 300).Draw(t, "seconds")
		took := p.stretch(seconds)
		done, steps := 0.0, 20_000
		for i := range steps {
			at := (float64(i) + .5) * took / float64(steps)
			done += min(1, share+at/60) * took / float64(steps)
		}
		if math.Abs(done-seconds) > 1e-3*(1+seconds) {
			t.Fatalf("after %.3f s at a share of %.3f, %.4f s of work are done, want %.4f", took, share, done, seconds)
		}
	})
}

// bedrockBucket is Bedrock's side: a bucket of a minute's quota.
type bedrockBucket struct {
	perMinute, level float64
	at               time.Time
}

func (b *bedrockBucket) take(now time.Time, units float64) bool {
	b.level = min(b.perMinute, b.level+now.Sub(b.at).Seconds()*b.perMinute/60)
	b.at = now
	if b.level < units-1e-6 {
		return false
	}
	b.level -= units
	return true
}

// Whatever is asked of it, the quota never sends Bedrock more than its bucket
// holds, never more than the slots allow, and serves everyone in the end.
func TestQuotaNeverOverrunsBedrock(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rpm, tpm := rapid.IntRange(4, 600).Draw(rt, "rpm"), rapid.IntRange(4000, 100_000).Draw(rt, "tpm")
		slots := rapid.IntRange(1, 8).Draw(rt, "slots")
		n := rapid.IntRange(1, 60).Draw(rt, "calls")
		draw := rapid.SliceOfN(rapid.IntRange(1, tpm/burstPart), n, n).Draw(rt, "tokens")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 2000), n, n).Draw(rt, "pauses")
		holds := rapid.SliceOfN(rapid.IntRange(0, 3000), n, n).Draw(rt, "holds")
		synctest.Test(t, func(t *testing.T) {
			q := NewQuota(QuotaConfig{RequestsPerMinute: rpm, TokensPerMinute: tpm, InFlight: slots})
			requests := &bedrockBucket{float64(rpm), float64(rpm), time.Now()}
			tokens := &bedrockBucket{float64(tpm), float64(tpm), time.Now()}
			var mu sync.Mutex
			var wg sync.WaitGroup
			inFlight := 0
			for i := range n {
				time.Sleep(time.Duration(pauses[i]) * time.Millisecond)
				wg.Go(func() {
					l, err := q.acquire(t.Context(), draw[i], false, unheard)
					if err != nil {
						t.Errorf("call %d: %v", i, err)
						return
					}
					mu.Lock()
					inFlight++
					if !requests.take(time.Now(), 1) || !tokens.take(time.Now(), float64(draw[i])) || inFlight > slots {
						t.Errorf("call %d overruns: %d in flight, requests %.3f, tokens %.1f", i, inFlight, requests.level, tokens.level)
					}
					mu.Unlock()
					time.Sleep(time.Duration(holds[i]) * time.Millisecond)
					mu.Lock()
					inFlight--
					tokens.level += float64(draw[i] / 2)
					mu.Unlock()
					l.Done(draw[i]-draw[i]/2, false)
				})
			}
			wg.Wait()
			if got := q.State(); got.InFlight != 0 || got.Waiting != 0 {
				t.Errorf("state %+v in the end", got)
			}
		})
		if t.Failed() {
			rt.Fatal("see above")
		}
	})
}
