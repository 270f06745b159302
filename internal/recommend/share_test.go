package recommend_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// fakePeers is what replicas share, in memory.
type fakePeers struct {
	fail error // hook: every call fails

	mu      sync.Mutex
	words   map[string][]byte
	leading map[string]bool
	joins   int
}

func newFakePeers() *fakePeers {
	return &fakePeers{words: map[string][]byte{}, leading: map[string]bool{}}
}

func (p *fakePeers) Join(_ context.Context, key string) ([]byte, recommend.Lead, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.joins++
	switch {
	case p.fail != nil:
		return nil, nil, p.fail
	case p.words[key] != nil:
		return p.words[key], nil, nil
	case p.leading[key]:
		return nil, nil, nil
	}
	p.leading[key] = true
	return nil, &fakeLead{p, key}, nil
}

func (p *fakePeers) Kept(_ context.Context, key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fail == nil && p.words[key] != nil
}

// die frees the lead of a replica that is gone.
func (p *fakePeers) die() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.leading)
}

type fakeLead struct {
	p   *fakePeers
	key string
}

func (l *fakeLead) End(words []byte, _ time.Duration) {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	delete(l.p.leading, l.key)
	if words != nil {
		l.p.words[l.key] = words
	}
}

// withPeers is a replica beside others.
func withPeers(t *testing.T, p recommend.Peers, script ...turn) *bench {
	t.Helper()
	return newBench(t, script, func(_ *bench, c *recommend.Config) { c.Peers = p })
}

// slowly is a turn that takes its time.
func slowly(d time.Duration, then turn) turn {
	return func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
		time.Sleep(d)
		return then(ctx, req)
	}
}

// TestReplicasAskOnce lets three replicas get the same request at the same
// time, and a fourth later: one model call, and the same words with the same
// figures for everyone.
func TestReplicasAskOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := newFakePeers()
		replicas := []*bench{}
		for range 4 {
			replicas = append(replicas, withPeers(t, peers, slowly(2*time.Second, good)))
		}
		answers := make([]recommend.Answer, 4)
		var wg sync.WaitGroup
		for i, b := range replicas[:3] {
			wg.Go(func() { answers[i] = b.one(t, p0(t)).Answer })
		}
		wg.Wait()
		answers[3] = replicas[3].one(t, p0(t)).Answer
		calls, paid := 0, 0
		for i, b := range replicas {
			calls += len(b.model.requests())
			a := answers[i]
			if a.Source != "model" || a.Summary != answers[0].Summary || a.Recommendations[0].Rationale != answers[0].Recommendations[0].Rationale {
				t.Errorf("replica %d: source %s, %q", i, a.Source, a.Summary)
			}
			if a.Usage.Cached == (a.Usage.CostUSD != "0") || a.Usage.Attempts > 1 {
				t.Errorf("replica %d: usage %+v", i, a.Usage)
			}
			if !a.Usage.Cached {
				paid++
			}
			if len(b.journal.kept()) != 1 {
				t.Errorf("replica %d journalled %d records", i, len(b.journal.kept()))
			}
		}
		if calls != 1 || paid != 1 {
			t.Errorf("%d calls, %d answers paid for, want 1 of each", calls, paid)
		}
		if replicas[3].observer.seen("cache hit") != 1 {
			t.Errorf("the late one: %v", replicas[3].observer.counts)
		}
		e, err := replicas[3].Estimate(t.Context(), p0(t))
		if err != nil || !e.Cached {
			t.Errorf("estimate %+v, %v", e, err)
		}
	})
}

// TestLeaderDies while another replica waits for its words: that one then asks
// itself, in time.
func TestLeaderDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := newFakePeers()
		if _, dead, err := peers.Join(t.Context(), keyOf(t, peers)); err != nil || dead == nil {
			t.Fatal("not the leader")
		}
		b := withPeers(t, peers, good)
		time.AfterFunc(3*time.Second, peers.die)
		begin := time.Now()
		if a := b.one(t, p0(t)).Answer; a.Source != "model" || a.Usage.Cached {
			t.Errorf("source %s, usage %+v", a.Source, a.Usage)
		}
		if took := time.Since(begin); took < 3*time.Second || took > 3500*time.Millisecond {
			t.Errorf("answered after %s", took)
		}
	})
}

// keyOf finds the key of p0 out, by a request that leaves nothing behind.
func keyOf(t *testing.T, peers *fakePeers) string {
	t.Helper()
	b := withPeers(t, peers, good)
	b.one(t, p0(t))
	peers.mu.Lock()
	defer peers.mu.Unlock()
	for key := range peers.words {
		clear(peers.words)
		return key
	}
	t.Fatal("no words were kept")
	return ""
}

// TestLeaderNeverEnds: who waits acts alone while there is time for a call.
func TestLeaderNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := newFakePeers()
		if _, _, err := peers.Join(t.Context(), keyOf(t, peers)); err != nil {
			t.Fatal(err)
		}
		b := withPeers(t, peers, slowly(10*time.Second, good))
		begin := time.Now()
		if a := b.one(t, p0(t)).Answer; a.Source != "model" {
			t.Errorf("source %s, degraded %+v", a.Source, a.Degraded)
		}
		if took := time.Since(begin); took > 26*time.Second {
			t.Errorf("answered after %s", took)
		}
	})
}

// TestDegradedWordsAreNotShared: each replica tries for itself.
func TestDegradedWordsAreNotShared(t *testing.T) {
	peers := newFakePeers()
	failing := withPeers(t, peers, fails(recommend.ModelError{Kind: recommend.KindDenied, Diagnosis: "no"}))
	if a := failing.one(t, p0(t)).Answer; a.Source != "rules" || a.Degraded == nil {
		t.Fatalf("source %s", a.Source)
	}
	if a := withPeers(t, peers, good).one(t, p0(t)).Answer; a.Source != "model" || a.Usage.Cached {
		t.Errorf("source %s, usage %+v", a.Source, a.Usage)
	}
}

// TestNobodyElse: without the others, or with what cannot be read, a replica
// acts alone.
func TestNobodyElse(t *testing.T) {
	away := newFakePeers()
	away.fail = errors.New("away")
	garbled := newFakePeers()
	garbled.words[keyOf(t, garbled)] = []byte(`{"s":"words without explanations"}`)
	for name, peers := range map[string]*fakePeers{"away": away, "garbled": garbled} {
		b := withPeers(t, peers, good)
		if a := b.one(t, p0(t)).Answer; a.Source != "model" || a.Usage.Cached || peers.joins == 0 {
			t.Errorf("%s: source %s, usage %+v", name, a.Source, a.Usage)
		}
	}
}

// TestOwnLimitIsAnError: a limit of the client's own refuses the request in
// every mode, before anything is spent; the retry of a failed call it only
// prevents.
func TestOwnLimitIsAnError(t *testing.T) {
	limit := &recommend.LimitError{Limit: "client_tokens", RetryAfter: time.Second}
	refuse := func(from int) func(*bench, *recommend.Config) {
		return func(b *bench, _ *recommend.Config) {
			b.quota.acquire = func(context.Context, int) error {
				if from--; from < 0 {
					return limit
				}
				return nil
			}
		}
	}
	b := newBench(t, []turn{good}, refuse(0))
	for _, mode := range []recommend.Mode{recommend.ModeAuto, recommend.ModeModel} {
		if _, err := b.Recommend(t.Context(), inMode(t, mode), nil); !errors.Is(err, limit) {
			t.Errorf("mode %s: %v", mode, err)
		}
	}
	if b.ledger.held() != 0 || len(b.journal.kept()) != 0 || b.observer.seen("limit client_tokens refused") != 2 {
		t.Errorf("%d held, %d records, %v", b.ledger.held(), len(b.journal.kept()), b.observer.counts)
	}
	retried := newBench(t, []turn{fails(recommend.ModelError{Kind: recommend.KindThrottled, Sent: true})}, refuse(1))
	if a := retried.one(t, p0(t)).Answer; a.Degraded == nil || a.Degraded.Reason != "model_throttled" {
		t.Errorf("degraded %+v", a.Degraded)
	}
}
