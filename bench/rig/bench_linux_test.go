package rig_test

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/recommend"
)

// replayed is a model that is asked once, and gives that answer again after no
// time: what is left is the service's own work.
type replayed struct {
	recommend.Model
	once   sync.Once
	answer recommend.ModelAnswer
	err    error
}

func (m *replayed) Invoke(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	m.once.Do(func() { m.answer, m.err = m.Model.Invoke(ctx, req) })
	return m.answer, m.err
}

// BenchmarkRecommend is a recommendation with its ledger and record, without
// HTTP on either side. CPU is that of the process, since it waits for the disk.
func BenchmarkRecommend(b *testing.B) {
	b.Chdir("../..")
	for _, name := range []string{"p0", "retiree"} {
		b.Run(name, func(b *testing.B) {
			r, err := rig.New(b.Context(), rig.Config{CacheTTL: -1, Wrap: func(m recommend.Model) recommend.Model { return &replayed{Model: m} }})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			body, err := rig.Body("examples/"+name+".json", 0, nil)
			if err != nil {
				b.Fatal(err)
			}
			req, err := rig.Decode(body)
			if err != nil {
				b.Fatal(err)
			}
			began := used(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Service.Recommend(b.Context(), req, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((used(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// used is the CPU time of the process.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
