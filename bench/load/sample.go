package main

import (
	"context"
	"errors"
	"time"
)

// sample is what one load took of one process, for each request.
type sample struct {
	cpu, p50, p99  time.Duration
	perSecond      float64
	mallocs, bytes float64
	count          int
}

// measure fires at a process and divides what it used by the requests. A short
// load before it opens the connections.
func measure(ctx context.Context, p *process, s shot, inFlight int, d time.Duration) (sample, error) {
	s.url = p.lines["api"]
	if _, err := s.fire(ctx, inFlight, d/4); err != nil {
		return sample{}, err
	}
	// To tell its allocations costs the process CPU: that is outside.
	heapBefore, err := readAllocations(ctx, p)
	if err != nil {
		return sample{}, err
	}
	cpuBefore, err := p.cpu()
	if err != nil {
		return sample{}, err
	}
	v, err := s.fire(ctx, inFlight, d)
	if err != nil {
		return sample{}, err
	}
	cpuAfter, errCPU := p.cpu()
	heapAfter, errHeap := readAllocations(ctx, p)
	n := len(v.latencies)
	return sample{
		cpu: (cpuAfter - cpuBefore) / time.Duration(n), p50: v.quantile(.5), p99: v.quantile(.99), perSecond: v.perSecond(),
		mallocs: (heapAfter.mallocs - heapBefore.mallocs) / float64(n), bytes: (heapAfter.bytes - heapBefore.bytes) / float64(n), count: n,
	}, errors.Join(errCPU, errHeap)
}

// allocations are all since a process started.
type allocations struct{ mallocs, bytes float64 }

func readAllocations(ctx context.Context, p *process) (a allocations, err error) {
	var errs [2]error
	a.mallocs, errs[0] = p.metric(ctx, "go_memstats_mallocs_total")
	a.bytes, errs[1] = p.metric(ctx, "go_memstats_alloc_bytes_total")
	return a, errors.Join(errs[:]...)
}
