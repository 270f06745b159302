package recommend

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// deliver gives the answer its id and journals it. Without the record there is
// no answer: the error is ErrJournal. The caller's leaving does not keep the
// record from being written. saved is what the cache kept from being spent, in
// nano-USD.
func (s *Service) deliver(ctx context.Context, req *Request, a Answer, attempts []Attempt, saved int64) (Result, error) {
	a.ID = "rec_" + s.cfg.NewID()
	a.CreatedAt = s.now()
	a.Versions = s.versions
	if a.Usage.ModelID == "" {
		a.Usage = s.usage(nil)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return Result{}, fmt.Errorf("recommend: encode answer: %w", err)
	}
	out := Result{Answer: a, Body: body}
	stop := s.timed(&out.Took.Journal)
	err = s.keep(ctx, Record{
		ID: a.ID, CreatedAt: a.CreatedAt, Client: req.Client, RequestID: req.RequestID,
		Attempts: attempts, Source: a.Source, Degraded: reasonOf(a.Degraded), SavedNano: saved,
		Request: req.Canonical, Answer: body,
	})
	if err != nil {
		return Result{}, err
	}
	stop()
	return out, nil
}

// keep completes a record and writes it, or fails with ErrJournal.
func (s *Service) keep(ctx context.Context, r Record) error {
	r.RequestHash = hashHex(r.Request)
	r.Policy, r.Engine = s.versions.Policy, s.versions.Engine
	r.Prompt = orDefault(r.Prompt, s.versions.Prompt)
	r.ModelID, r.Region = s.info.ID, s.info.Region
	r.Attempts = notNil(r.Attempts)
	r.RetainUntil = r.CreatedAt.AddDate(s.cfg.RetainYears, 0, 0)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Timeouts.Journal)
	defer cancel()
	if err := s.cfg.Journal.Append(ctx, r); err != nil {
		return fmt.Errorf("%w: %w", ErrJournal, err)
	}
	return nil
}

// now is the time of an answer, to the millisecond.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Millisecond) }

// usage adds up what the calls of one request were charged.
func (s *Service) usage(attempts []Attempt) Usage {
	u := Usage{ModelID: s.info.ID, Provider: s.info.Provider, Attempts: len(attempts)}
	var nano int64
	for _, a := range attempts {
		u.InputTokens += a.InputTokens
		u.OutputTokens += a.OutputTokens
		u.ModelMS += a.LatencyMS
		nano += a.CostNano
	}
	u.CostUSD = usd(nano)
	return u
}
