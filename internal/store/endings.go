package store

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// mostUnended bounds the bytes of the answers that wait for the database: those that
// the model gave before it went away are few.
const mostUnended = 16 << 20

// ending is how a request ended that has a key: with an answer to keep for it,
// sealed, or with nil, and the key is free.
type ending struct {
	client, key string
	lease       int64 // of the claim, in ns; noLease is none of this process
	sealed      []byte
}

const noLease = math.MaxInt64

// endings are those that the database did not take. Until it has them, whoever sends
// such a request again is told that it is still being answered.
type endings struct {
	mu     sync.Mutex
	leases map[[2]string]int64 // of requests under way, by client and key
	open   []ending
	bytes  int
}

func (o *endings) claimed(client, key string, lease int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.leases == nil {
		o.leases = make(map[[2]string]int64)
	}
	o.leases[[2]string{client, key}] = lease
}

// of is the ending of a request that is no longer under way.
func (o *endings) of(client, key string, sealed []byte) ending {
	o.mu.Lock()
	defer o.mu.Unlock()
	k := [2]string{client, key}
	lease, own := o.leases[k]
	if !own {
		lease = noLease
	}
	delete(o.leases, k)
	return ending{client, key, lease, sealed}
}

// keep has an ending tried again, if there is room for it.
func (o *endings) keep(e ending) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e.lease != noLease && o.bytes+len(e.sealed) <= mostUnended {
		o.open, o.bytes = append(o.open, e), o.bytes+len(e.sealed)
	}
}

// take empties the list.
func (o *endings) take() []ending {
	o.mu.Lock()
	defer o.mu.Unlock()
	open := o.open
	o.open, o.bytes = nil, 0
	return open
}

// end writes an ending down, or has Maintain do it once the database takes changes again.
func (s *Store) end(ctx context.Context, e ending) error {
	err := s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) { return nil, s.endKey(ctx, c, e) })
	if err != nil && !isOfTheData(err) {
		s.unended.keep(e)
	}
	return err
}

// endAgain tries once more what the database did not take, but for claims that have
// lapsed by now: their keys are free, or another's. The first failure ends it, since
// the next one would wait as long.
func (s *Store) endAgain(ctx context.Context, now time.Time) error {
	open := slices.DeleteFunc(s.unended.take(), func(e ending) bool { return e.lease <= nanos(now) })
	for i, e := range open {
		if err := s.end(ctx, e); err != nil {
			for _, later := range open[i+1:] {
				s.unended.keep(later)
			}
			return err
		}
	}
	return nil
}
