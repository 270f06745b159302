package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
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
		return s.claimed(ctx, *key, hashOf(req.Canonical), func(ctx context.Context) (document, error) { return answer(ctx, progress) })
	}
}

// onceAbout answers what is asked about a recommendation, under the same key once.
func (s *server) onceAbout(ctx context.Context, key *string, what, id string, body any, answer answering) (document, error) {
	if key == nil {
		return answer(ctx)
	}
	said, err := json.Marshal([]any{what, id, body})
	if err != nil {
		return document{}, err
	}
	return s.claimed(ctx, *key, hashOf(said), answer)
}

// answering makes the answer to one request.
type answering func(ctx context.Context) (document, error)

// claimed answers what a hash tells from others under a key of the caller's. When the
// caller leaves it stays until there is an answer, which is kept: whoever sends a key
// means to ask again.
func (s *server) claimed(ctx context.Context, key, hash string, answer answering) (document, error) {
	if s.Idempotency == nil {
		return document{}, &headerError{"Idempotency-Key", "is not supported by this server"}
	}
	if err := checkKey(key); err != nil {
		return document{}, err
	}
	stored, err := s.Idempotency.Begin(ctx, infoOf(ctx).principal.Name, key, hash, s.Now())
	switch {
	case errors.Is(err, ErrKeyInProgress), errors.Is(err, ErrKeyReused):
		return document{}, err
	case err != nil:
		return document{}, fmt.Errorf("%w: idempotency: %w", errUnavailable, err)
	case stored != nil:
		infoOf(ctx).replayed = true
		return document{contentType: "application/json", body: stored, replayed: true}, nil
	}
	doc, err := document{}, errPanic // unless it answers
	defer func() { s.conclude(ctx, key, doc, err) }()
	doc, err = answer(context.WithoutCancel(ctx))
	if left := ctx.Err(); errors.Is(left, context.Canceled) {
		return document{}, left
	}
	return doc, err
}

// conclude keeps an answer for its key, or frees the key of a request that failed.
// It goes on when the caller has left, and its own failure costs the caller
// nothing: the claim lapses, and the caller has the answer.
func (s *server) conclude(ctx context.Context, key string, doc document, failure error) {
	i := infoOf(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), concludeTimeout)
	defer cancel()
	var err error
	if failure != nil {
		err = s.Idempotency.Abandon(ctx, i.principal.Name, key)
	} else {
		err = s.Idempotency.Complete(ctx, i.principal.Name, key, doc.body)
	}
	if err != nil {
		s.Logger.LogAttrs(ctx, slog.LevelWarn, "idempotency key not concluded",
			slog.String("request_id", i.requestID), slog.String("error", err.Error()))
	}
}

const concludeTimeout = 5 * time.Second

// hashOf tells requests apart by what they say in the one way in which each is
// written here, not by how their callers say it.
func hashOf(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// checkKey wants 1 to 255 visible ASCII characters.
func checkKey(key string) error {
	invisible := func(r rune) bool { return r <= ' ' || r > '~' }
	if key == "" || len(key) > 255 || strings.ContainsFunc(key, invisible) {
		return &headerError{"Idempotency-Key", "must have 1 to 255 visible ASCII characters"}
	}
	return nil
}
