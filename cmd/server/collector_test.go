package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// TestCollector has the floor counted by the collector, and GOGC obeyed.
func TestCollector(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	floor := gcFloor
	defer func() { gcFloor = floor }()
	tuneCollector(func(string) string { return "" })
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if percent := debug.SetGCPercent(100); percent != gcPercent || m.NextGC < uint64(len(floor))<<20*(100+gcPercent)/100 {
		t.Errorf("at %d %% the next collection is at %d bytes", percent, m.NextGC)
	}
	tuneCollector(func(string) string { return "100" })
	if percent := debug.SetGCPercent(100); percent != 100 || gcFloor != nil {
		t.Error("GOGC is not obeyed")
	}
}

// TestLargeBodiesUnderAMemoryLimit: any one fits, however little memory there is.
func TestLargeBodiesUnderAMemoryLimit(t *testing.T) {
	for memory, want := range map[int64]int64{math.MaxInt64: 0, 640 << 20: 20 << 20, 1 << 20: 1 << 20} {
		if got := largeBodies(memory); got != want {
			t.Errorf("%d bytes under a limit of %d, want %d", got, memory, want)
		}
	}
}
