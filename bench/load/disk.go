package main

import (
	"errors"
	"os"
	"slices"
	"time"
)

const (
	recordSize    = 48 << 10 // about what one recommendation adds to the log of the database
	durableWrites = 200
)

// disk measures what a recommendation waits for twice and the bare service
// never: a write that is durable when it returns.
func disk() (_ table, err error) {
	t := table{
		title: "A durable write on this disk",
		note: "A write of as many bytes as a recommendation adds to the log of the database, and an fsync. A recommendation waits for two of them, " +
			"for its reservation and for its record: so much any service adds that keeps both.",
		head: []string{"of 200 writes", "ms"},
	}
	f, err := os.CreateTemp("", "ballast-disk-")
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	record, took := make([]byte, recordSize), make([]time.Duration, durableWrites)
	for i := range took {
		start := time.Now()
		if _, err := f.Write(record); err != nil {
			return t, err
		}
		if err := f.Sync(); err != nil {
			return t, err
		}
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	writes := volley{latencies: took}
	t.row("p50", spread([]float64{millis(writes.quantile(0.5))}, "%.1f"))
	t.row("p99", spread([]float64{millis(writes.quantile(0.99))}, "%.1f"))
	return t, nil
}
