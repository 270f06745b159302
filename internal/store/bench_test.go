package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"ballast.internal/ballast/internal/budget"
)

// BenchmarkReserveAndSettle measures durable pairs, from one caller and from
// many at once, whose changes share transactions.
func BenchmarkReserveAndSettle(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("sqlite/callers=%d", callers), func(b *testing.B) { benchmarkPairs(b, Config{Dir: b.TempDir()}, callers) })
		b.Run(fmt.Sprintf("postgres/callers=%d", callers), func(b *testing.B) {
			benchmarkPairs(b, Config{DSN: needServer(b).Database(b)}, callers)
		})
	}
}

func benchmarkPairs(b *testing.B, cfg Config, callers int) {
	most := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	cfg.Limits = budget.Limits{Global: most, Default: most}
	cfg.Now = func() time.Time { return noon }
	cfg.Logger = slog.New(slog.DiscardHandler)
	s := open(b, cfg)
	var n atomic.Int64
	ctx := context.Background()
	b.SetParallelism(max(1, callers/2)) // times GOMAXPROCS
	pair := func() {
		id := fmt.Sprint(n.Add(1))
		if err := s.Reserve(ctx, reservationOf(id, "a", 10)); err != nil {
			b.Error(err)
		}
		if err := s.Settle(ctx, id, bill(5)); err != nil {
			b.Error(err)
		}
	}
	b.ResetTimer()
	if callers == 1 {
		for b.Loop() {
			pair()
		}
		return
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			pair()
		}
	})
}
