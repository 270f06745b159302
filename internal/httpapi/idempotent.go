package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// run answers one request, telling its progress on the way.
type run func(ctx context.Context, progress recommend.Progress) (document, error)

// once is the run of a request that, under the same key, is answered once.
func (s *server) once(key *string, req recommend.Request) run {
	answer := func(ctx context.Context, progress recommend.Progress) (document, error) {
		res, err := s.Service.Recommend(ctx, req, progress)
		if err != nil {
			return document{}, err
		}
		infoOf(ctx).given = &res
		return jsonDocument(res.Body), nil
	}
	if key == nil {
		return answer
	}
	return func(ctx context.Context, progress recommend.Progress) (document, error) {
		return s.claimed(ctx, *key, req, func() (document, error) { return answer(ctx, progress) })
	}
}

func (s *server) claimed(ctx context.Context, key string, req recommend.Request, answer func() (document, error)) (document, error) {
	if s.Idempotency == nil {
		return document{}, &headerError{"Idempotency-Key", "is not supported by this server"}
	}
	if !validKey(key) {
		return document{}, &headerError{"Idempotency-Key", "must have 1 to 255 visible ASCII characters"}
	}
	stored, err := s.Idempotency.Begin(ctx, req.Client, key, requestHash(req), s.Now())
	switch {
	case errors.Is(err, ErrKeyInProgress), errors.Is(err, ErrKeyReused):
		return document{}, err
	case err != nil:
		return document{}, fmt.Errorf("%w: idempotency: %w", errUnavailable, err)
	case stored != nil:
		infoOf(ctx).replayed = true
		return document{contentType: "application/json", body: stored, replayed: true}, nil
	}
	doc, err := answer()
	s.conclude(ctx, key, req, doc, err)
	return doc, err
}

// conclude keeps an answer for its key, or frees the key of a request that failed.
// It goes on when the caller has left, and its own failure costs the caller
// nothing: the claim lapses, and the caller has the answer.
func (s *server) conclude(ctx context.Context, key string, req recommend.Request, doc document, failure error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), concludeTimeout)
	defer cancel()
	var err error
	if failure != nil {
		err = s.Idempotency.Abandon(ctx, req.Client, key)
	} else {
		err = s.Idempotency.Complete(ctx, req.Client, key, doc.body)
	}
	if err != nil {
		s.Logger.LogAttrs(ctx, slog.LevelWarn, "idempotency key not concluded",
			slog.String("request_id", req.RequestID), slog.String("error", err.Error()))
	}
}

const concludeTimeout = 5 * time.Second

// requestHash tells requests apart by what they say, not by how they say it.
func requestHash(req recommend.Request) string {
	sum := sha256.Sum256(req.Canonical)
	return hex.EncodeToString(sum[:])
}

// validKey wants 1 to 255 visible ASCII characters.
func validKey(key string) bool {
	if key == "" || len(key) > 255 {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}
