package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"ballast.internal/ballast/internal/recommend"
)

// The places that journal content is bound to when it is encrypted.
const (
	placeJournal  = "journal"
	placeRequest  = "request"
	placeAttempts = "attempts"
	placeAnswer   = "answer"
)

// Append implements recommend.Journal. Appending the same record again is a
// no-op; another record under the same id is refused with ErrDuplicateRecord.
func (s *Store) Append(ctx context.Context, r recommend.Record) error {
	err := s.appendRecord(ctx, r)
	if err != nil {
		s.appendFailures.Add(1)
	}
	return err
}

func (s *Store) appendRecord(ctx context.Context, r recommend.Record) error {
	if err := checkRecord(r); err != nil {
		return err
	}
	body, err := s.encode(r)
	if err != nil {
		return err
	}
	l := link{id: r.ID, retainUntil: nanos(r.RetainUntil)}
	return s.change(ctx, func(ctx context.Context, c conn) (refusal, err error) {
		added, err := appendLink(ctx, c, l, body)
		if added || err != nil {
			return nil, err
		}
		return s.repeated(ctx, c, r)
	})
}

// repeated judges a record whose id is taken: the same again is welcome, but
// not once it was pruned.
func (s *Store) repeated(ctx context.Context, c conn, r recommend.Record) (refusal, err error) {
	stored, err := s.record(ctx, c, r.ID)
	switch {
	case errors.Is(err, recommend.ErrNotFound):
		return ErrDuplicateRecord, nil
	case err != nil:
		return nil, err
	case !sameRecord(stored, r):
		return ErrDuplicateRecord, nil
	}
	return nil, nil
}

func checkRecord(r recommend.Record) error {
	errs := []error{
		checkName("record id", r.ID), checkName("client", r.Client), checkTime("record time", r.CreatedAt),
	}
	if !r.RetainUntil.IsZero() {
		errs = append(errs, checkTime("end of retention", r.RetainUntil))
	}
	for _, f := range [...]struct{ what, text string }{
		{"request id", r.RequestID}, {"request hash", r.RequestHash}, {"policy", r.Policy}, {"engine", r.Engine},
		{"prompt", r.Prompt}, {"model", r.ModelID}, {"region", r.Region}, {"source", r.Source}, {"degraded", r.Degraded},
		{"kind", string(r.Kind)}, {"subject", r.About},
	} {
		if f.text != "" {
			errs = append(errs, checkName(f.what, f.text))
		}
	}
	return errors.Join(errs...)
}

// encode returns the record as it is stored.
func (s *Store) encode(r recommend.Record) (content, error) {
	attempts, err := json.Marshal(r.Attempts)
	if err != nil {
		return content{}, fmt.Errorf("store: attempts: %w", err)
	}
	return content{
		created: nanos(r.CreatedAt), client: r.Client, requestID: r.RequestID, requestHash: r.RequestHash,
		policy: r.Policy, engine: r.Engine, prompt: r.Prompt, modelID: r.ModelID, region: r.Region,
		source: r.Source, degraded: r.Degraded, keyID: s.seal.active,
		kind: string(r.Kind), about: r.About, saved: r.SavedNano,
		request:  s.seal.seal(r.Request, placeJournal, r.ID, placeRequest),
		attempts: s.seal.seal(attempts, placeJournal, r.ID, placeAttempts),
		answer:   s.seal.seal(r.Answer, placeJournal, r.ID, placeAnswer),
	}, nil
}

// decode returns the record that is stored. It fails with ErrKey.
func (s *Store) decode(l link, c content) (recommend.Record, error) {
	r := recommend.Record{
		ID: l.id, CreatedAt: fromNanos(c.created), Client: c.client, RequestID: c.requestID, RequestHash: c.requestHash,
		Policy: c.policy, Engine: c.engine, Prompt: c.prompt, ModelID: c.modelID, Region: c.region,
		Source: c.source, Degraded: c.degraded, RetainUntil: fromNanos(l.retainUntil),
		Kind: recommend.RecordKind(c.kind), About: c.about, SavedNano: c.saved,
	}
	for _, part := range []struct {
		place  string
		stored []byte
		clear  *[]byte
	}{{placeRequest, c.request, &r.Request}, {placeAnswer, c.answer, &r.Answer}} {
		var err error
		if *part.clear, err = s.seal.open(c.keyID, part.stored, placeJournal, l.id, part.place); err != nil {
			return recommend.Record{}, err
		}
	}
	var err error
	r.Attempts, err = s.attemptsOf(l, c)
	if err != nil {
		return recommend.Record{}, err
	}
	return r, nil
}

// attemptsOf reads the calls of a record.
func (s *Store) attemptsOf(l link, c content) (attempts []recommend.Attempt, err error) {
	text, err := s.seal.open(c.keyID, c.attempts, placeJournal, l.id, placeAttempts)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &attempts); err != nil {
		return nil, fmt.Errorf("store: attempts of %s: %w", l.id, err)
	}
	return attempts, nil
}

// Record returns a record of any client, or recommend.ErrNotFound, also when
// it was pruned.
func (s *Store) Record(ctx context.Context, id string) (recommend.Record, error) {
	var r recommend.Record
	err := s.look(ctx, func(ctx context.Context, c conn) (err error) {
		r, err = s.record(ctx, c, id)
		return err
	})
	return r, err
}

func (s *Store) record(ctx context.Context, c conn, id string) (recommend.Record, error) {
	var (
		l link
		b content
	)
	err := c.row(ctx, `SELECT `+linkColumns+`, `+contentColumns+`
		FROM journal_chain l JOIN journal_content c ON c.seq = l.seq WHERE l.id = $1`, id).
		Scan(append(l.fields(), b.fields()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return recommend.Record{}, recommend.ErrNotFound
	}
	if err != nil {
		return recommend.Record{}, err
	}
	return s.decode(l, b)
}

// Answer implements recommend.Journal.
func (s *Store) Answer(ctx context.Context, client, id string) ([]byte, error) {
	var (
		keyID  string
		stored []byte
	)
	err := s.look(ctx, func(ctx context.Context, c conn) error {
		return c.row(ctx, `SELECT c.key_id, c.answer
			FROM journal_chain l JOIN journal_content c ON c.seq = l.seq WHERE l.id = $1 AND c.client = $2 AND c.kind = ''`, id, client).
			Scan(&keyID, &stored)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, recommend.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return s.seal.open(keyID, stored, placeJournal, id, placeAnswer)
}

// sameRecord compares what would be stored: times in UTC, text as JSON holds it.
func sameRecord(a, b recommend.Record) bool {
	x, errX := canonicalRecord(a)
	y, errY := canonicalRecord(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func canonicalRecord(r recommend.Record) ([]byte, error) {
	r.CreatedAt, r.RetainUntil = r.CreatedAt.UTC(), r.RetainUntil.UTC()
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var again recommend.Record // what is not valid text becomes so
	if err := json.Unmarshal(b, &again); err != nil {
		return nil, err
	}
	return json.Marshal(again)
}
