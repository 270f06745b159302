package recommend_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// TestSettlementIsInLineBeforeTheRecord: they share a transaction if it is, which a
// single CPU shows, where what was begun last is done first.
func TestSettlementIsInLineBeforeTheRecord(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var mu sync.Mutex
	var order []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	b := newBench(t, []turn{good}, func(b *bench, _ *recommend.Config) {
		b.ledger.wait = func(_ context.Context, op string) { note(op) }
		b.journal.wait = func(context.Context) { note("record") }
	})
	b.one(t, p0(t))
	if want := []string{"reserve", "settle", "record"}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}
