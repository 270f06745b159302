package store

import (
	"context"
	"crypto/rand"
	"time"
)

// failure is that of the last change, while the database can perhaps be read: it
// has no room left, or became one that only reads.
type failure struct {
	err   error
	bytes int // that were to be written
}

// maxTrial bounds what is written to see whether there is room again.
const maxTrial = 1 << 20

// note keeps in mind whether changes are made. A transaction that had nothing to
// write says nothing of that, and one that wrote little says nothing of what is
// larger: a disk without room for a record takes small ones for long.
func (w *writer) note(err error) {
	f := w.failing.Load()
	switch {
	case err == nil && f != nil && w.wrote > 0 && w.wrote >= f.bytes:
		w.failing.Store(nil)
	case err != nil && !isOfTheData(err):
		bytes := min(w.wrote, maxTrial)
		if f != nil {
			bytes = max(bytes, f.bytes)
		}
		w.failing.Store(&failure{err, bytes})
	}
}

// TakesChanges fails with why the last change was not made, until one as large is.
// Maintain makes one.
func (s *Store) TakesChanges(context.Context) error {
	if f := s.writer.failing.Load(); f != nil {
		return f.err
	}
	return nil
}

// tryAgain writes what is as large as the change that failed, under a key of
// nobody's that has expired: without requests nothing else would.
func (s *Store) tryAgain(ctx context.Context, now time.Time) error {
	f := s.writer.failing.Load()
	if f == nil {
		return nil
	}
	body := make([]byte, f.bytes)
	_, _ = rand.Read(body) // which never fails; zeroes would be stored as next to nothing
	return s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
		_, err = c.exec(ctx, `INSERT INTO idempotency_keys
			(client, key, request_hash, done, status, key_id, body, lease_ns, expires_ns) VALUES ('', $1, '', 1, 0, '', $2, 0, $3)`,
			rand.Text(), body, nanos(now))
		return nil, err
	})
}
