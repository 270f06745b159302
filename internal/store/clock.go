package store

import (
	"context"
	"time"
)

// sharedTime is the time by which money is held, lines are lent and records
// erased: the database's own where several machines share it, whose clocks may
// differ, and otherwise that of this machine, which is now.
func (s *Store) sharedTime(ctx context.Context, c conn, now time.Time) (time.Time, error) {
	switch {
	case s.d.clock == "":
		return now, nil
	case c.locked != 0:
		return fromNanos(c.locked), nil
	}
	var ns int64
	err := c.row(ctx, s.d.clock).Scan(&ns)
	return fromNanos(ns), err
}

// dueTime is sharedTime for what cannot be taken back: nothing is due before both
// clocks say so.
func (s *Store) dueTime(ctx context.Context, c conn, now time.Time) (time.Time, error) {
	shared, err := s.sharedTime(ctx, c, now)
	if shared.Before(now) {
		now = shared
	}
	return now, err
}
