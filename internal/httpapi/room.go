package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// smallBody is the most that is answered whatever else is: a thousand of
	// them take less than their connections do.
	smallBody = 64 << 10
	// roomPatience is how long a large body waits for others to be answered.
	roomPatience = 10 * time.Second
)

var errNoRoom = errors.New("no room beside other large bodies")

// room bounds the large bodies that are at work at once. What is made of one
// takes some six times as much memory until it is answered, and a process that
// is killed for its memory answers nobody.
type room struct {
	bytes int64
	taken *semaphore.Weighted
}

// newRoom has room for so many bytes; 0: for all.
func newRoom(bytes int64) *room { return &room{bytes, semaphore.NewWeighted(bytes)} }

// enter waits until a body of n bytes has room, and returns what gives it back.
func (m *room) enter(ctx context.Context, n int) (leave func(), err error) {
	if m.bytes == 0 || n <= smallBody {
		return func() {}, nil
	}
	weight := min(int64(n), m.bytes)
	within, cancel := context.WithTimeout(ctx, roomPatience)
	defer cancel()
	if err := m.taken.Acquire(within, weight); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", errUnavailable, errNoRoom)
	}
	return func() { m.taken.Release(weight) }, nil
}

// roomFor is enter, and counts what came of it like a limit.
func (s *server) roomFor(r *http.Request, n int) (leave func(), err error) {
	leave, err = s.room.enter(r.Context(), n)
	if errors.Is(err, errNoRoom) {
		s.metrics.decision(Decision{Refused: "large_bodies"})
	}
	return leave, err
}

// passingBody is a body that is not kept once it has been read.
type passingBody struct{ rest []byte }

func (b *passingBody) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		b.rest = nil
		return 0, io.EOF
	}
	n := copy(p, b.rest)
	if b.rest = b.rest[n:]; len(b.rest) == 0 {
		b.rest = nil
	}
	return n, nil
}

func (*passingBody) Close() error { return nil }
