package store

import (
	"context"
	"testing"
	"time"

	"ballast.internal/ballast/internal/store/storetest"
)

// Requests that end while the database is away have their keys answered or free once
// it is back, and not minutes later.
func TestKeysOfRequestsThatEndWithoutTheDatabase(t *testing.T) {
	own := storetest.Start(t)
	s := open(t, Config{DSN: own.Database(t), Limits: testLimits, WriteTimeout: time.Second, Keys: keysOf("k1")})
	now := time.Now()
	for _, key := range []string{"answered", "failed"} {
		_, err := begin(t, s, "a", key, "h", now)
		ok(t, err)
	}
	ok(t, own.Stop())
	wantFailure(t, "Complete", func(ctx context.Context) error { return s.Complete(ctx, "a", "answered", []byte("body")) })
	wantFailure(t, "Abandon", func(ctx context.Context) error { return s.Abandon(ctx, "a", "failed") })
	_, err := s.Maintain(t.Context(), now)
	wantFailure(t, "Maintain", func(context.Context) error { return err })
	ok(t, own.Start())
	eventually(t, func() error { _, err := s.Maintain(context.Background(), now); return err })
	if r, err := begin(t, s, "a", "answered", "h", now); err != nil || r == nil || string(r.Body) != "body" {
		t.Errorf("%v, %v: want the answer", r, err)
	}
	if r, err := begin(t, s, "a", "failed", "other", now); err != nil || r != nil {
		t.Errorf("%v, %v: want the key to be free", r, err)
	}
}

// What ended too late to be told of leaves the key to whoever claimed it since.
func TestEndingsLapseWithTheirClaims(t *testing.T) {
	cfg := Config{Dir: t.TempDir(), Limits: testLimits}
	s, other := open(t, cfg), open(t, cfg)
	for _, key := range []string{"answered", "failed"} {
		_, err := begin(t, s, "a", key, "h", noon)
		ok(t, err)
	}
	lapsed := noon.Add(requestLease)
	_, err := begin(t, other, "a", "answered", "h", lapsed)
	ok(t, err)
	_, err = begin(t, other, "a", "failed", "h", lapsed)
	ok(t, err)
	ok(t, s.Complete(t.Context(), "a", "answered", []byte("late")))
	ok(t, s.Abandon(t.Context(), "a", "failed"))
	for _, key := range []string{"answered", "failed"} {
		_, err := begin(t, other, "a", key, "h", lapsed)
		wantErr(t, err, ErrInProgress)
	}
}

// Of what the database does not take only so much is kept in memory, and nothing for
// keys that this process has not claimed.
func TestEndingsAreBounded(t *testing.T) {
	var o endings
	o.claimed("a", "large", 1)
	o.claimed("a", "too large", 1)
	o.keep(o.of("a", "large", make([]byte, mostUnended)))
	o.keep(o.of("a", "too large", []byte("x")))
	o.keep(o.of("a", "never begun", nil))
	o.keep(o.of("a", "large", nil)) // which has ended
	if open := o.take(); len(open) != 1 || open[0].key != "large" || o.bytes != 0 || len(o.leases) != 0 {
		t.Errorf("%d endings, %d bytes and %d claims are kept, want the one that has room", len(open), o.bytes, len(o.leases))
	}
}
