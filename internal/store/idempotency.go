package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const (
	// keepResponse is how long an answer is repeated.
	keepResponse = 24 * time.Hour
	// requestLease is how long a request may be under way before its key is
	// free again, because the process that had it must be dead. It is longer
	// than any request may take.
	requestLease = 5 * time.Minute
)

const placeIdempotency = "idempotency"

// StoredResponse is the answer that was given to the first request.
type StoredResponse struct{ Body []byte }

// Begin claims an idempotency key for a request. When the same request was
// answered before it returns that answer; otherwise it returns nil, and the
// caller must end with Complete or Abandon. It fails with ErrKeyReused when
// requestHash is another than the first, and with ErrInProgress when the first
// request is still under way. A claim whose caller left meanwhile is abandoned.
// Replicas go by the database's clock, where it has one of its own.
func (s *Store) Begin(ctx context.Context, client, key, requestHash string, now time.Time) (*StoredResponse, error) {
	err := errors.Join(checkName("client", client), checkName("idempotency key", key),
		checkName("request hash", requestHash), checkTime("time", now))
	if err != nil {
		return nil, err
	}
	var lease int64 // of the claim; the writer's, until it has answered
	r, err := changeFor(ctx, s, func(ctx context.Context, c conn) (r *StoredResponse, refusal, err error) {
		now, err := s.sharedTime(ctx, c, now)
		if err != nil {
			return nil, nil, err
		}
		lease = nanos(now.Add(requestLease))
		return s.begin(ctx, c, client, key, requestHash, now)
	}, func(ctx context.Context, c conn) (refusal, err error) {
		_, err = c.exec(ctx, `DELETE FROM idempotency_keys WHERE client = $1 AND key = $2 AND done = 0 AND lease_ns = $3`,
			client, key, lease)
		return nil, err
	})
	if r == nil && err == nil {
		s.unended.claimed(client, key, lease)
	}
	return r, err
}

func (s *Store) begin(ctx context.Context, c conn, client, key, hash string, now time.Time) (r *StoredResponse, refusal, err error) {
	k, known, err := findKey(ctx, c, client, key)
	switch {
	case err != nil:
		return nil, nil, err
	case !known || k.expires <= nanos(now):
		return nil, nil, claimKey(ctx, c, client, key, hash, now)
	case k.requestHash != hash:
		return nil, ErrKeyReused, nil
	case k.done:
		body, err := s.seal.open(k.keyID, k.body, placeIdempotency, client, key)
		return &StoredResponse{body}, err, nil
	case k.lease <= nanos(now):
		return nil, nil, claimKey(ctx, c, client, key, hash, now)
	}
	return nil, ErrInProgress, clipKey(ctx, c, client, key, now)
}

// clipKey lends no key for longer than one that is lent now: a clock that was set
// back would have the key of a process that died wait for as much.
func clipKey(ctx context.Context, c conn, client, key string, now time.Time) error {
	longest := nanos(now.Add(requestLease))
	_, err := c.exec(ctx, `UPDATE idempotency_keys SET lease_ns = $1 WHERE client = $2 AND key = $3 AND lease_ns > $4`,
		longest-1, client, key, longest) // 1 less than a claim's of now, which may be taken back by its lease
	return err
}

// idempotencyKey is a row of idempotency_keys.
type idempotencyKey struct {
	requestHash, keyID string
	done               bool
	body               []byte
	lease, expires     int64 // ns
}

func findKey(ctx context.Context, c conn, client, key string) (k idempotencyKey, known bool, err error) {
	err = c.row(ctx, `SELECT request_hash, done = 1, key_id, body, lease_ns, expires_ns
		FROM idempotency_keys WHERE client = $1 AND key = $2`, client, key).
		Scan(&k.requestHash, &k.done, &k.keyID, &k.body, &k.lease, &k.expires)
	if errors.Is(err, sql.ErrNoRows) {
		return idempotencyKey{}, false, nil
	}
	return k, err == nil, err
}

func claimKey(ctx context.Context, c conn, client, key, hash string, now time.Time) error {
	if _, err := c.exec(ctx, `DELETE FROM idempotency_keys WHERE client = $1 AND key = $2`, client, key); err != nil {
		return err
	}
	_, err := c.exec(ctx, `INSERT INTO idempotency_keys
		(client, key, request_hash, done, status, key_id, body, lease_ns, expires_ns) VALUES ($1, $2, $3, 0, 0, '', $4, $5, $6)`,
		client, key, hash, []byte{}, nanos(now.Add(requestLease)), nanos(now.Add(keepResponse)))
	return err
}

// Complete keeps the answer of a request that Begin let through. Completing
// again, or what was never begun, is a no-op. Where the database cannot be reached,
// Maintain keeps it later, unless this process ends before.
func (s *Store) Complete(ctx context.Context, client, key string, body []byte) error {
	return s.end(ctx, s.unended.of(client, key, s.seal.seal(body, placeIdempotency, client, key)))
}

// Abandon frees the key of a request that has no answer to keep, so that it
// may be sent again. A completed key stays. It is done later as Complete is.
func (s *Store) Abandon(ctx context.Context, client, key string) error {
	return s.end(ctx, s.unended.of(client, key, nil))
}

// endKey keeps an answer, whose status follows from the route, or frees the key. A
// claim that was made since is another's.
func (s *Store) endKey(ctx context.Context, c conn, e ending) error {
	if e.sealed == nil {
		_, err := c.exec(ctx, `DELETE FROM idempotency_keys WHERE client = $1 AND key = $2 AND done = 0 AND lease_ns <= $3`,
			e.client, e.key, e.lease)
		return err
	}
	_, err := c.exec(ctx, `UPDATE idempotency_keys SET done = 1, key_id = $1, body = $2
		WHERE client = $3 AND key = $4 AND done = 0 AND lease_ns <= $5`, s.seal.active, e.sealed, e.client, e.key, e.lease)
	return err
}

// expireKeys deletes the keys whose time has passed.
func (s *Store) expireKeys(ctx context.Context, now time.Time) (int, error) {
	n, err := changeFor(ctx, s, func(ctx context.Context, c conn) (n int64, refusal, err error) {
		due, err := s.dueTime(ctx, c, now)
		if err != nil {
			return 0, nil, err
		}
		n, err = c.exec(ctx, `DELETE FROM idempotency_keys WHERE expires_ns <= $1`, nanos(due))
		return n, nil, err
	}, nil)
	return int(n), err
}
