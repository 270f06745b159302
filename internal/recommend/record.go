package recommend

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// deliver gives the answer its id and journals it. Without the record there is
// no answer: the error is ErrJournal. The caller's leaving does not keep the
// record from being written.
func (s *Service) deliver(ctx context.Context, req *Request, a Answer, attempts []Attempt) (Result, error) {
	a.ID = "rec_" + s.cfg.NewID()
	a.CreatedAt = s.cfg.Now().UTC().Truncate(time.Millisecond)
	a.Versions = s.versions
	if a.Usage.ModelID == "" {
		a.Usage = s.usage(nil)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return Result{}, fmt.Errorf("recommend: encode answer: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Timeouts.Journal)
	defer cancel()
	out := Result{Answer: a, Body: body}
	stop := s.timed(&out.Took.Journal)
	if err := s.cfg.Journal.Append(ctx, s.record(req, &a, attempts, body)); err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	stop()
	return out, nil
}

func (s *Service) record(req *Request, a *Answer, attempts []Attempt, body []byte) Record {
	return Record{
		ID: a.ID, CreatedAt: a.CreatedAt, Client: req.Client, RequestID: req.RequestID,
		RequestHash: hashHex(req.Canonical),
		Policy:      a.Versions.Policy, Engine: a.Versions.Engine, Prompt: a.Versions.Prompt,
		ModelID: s.info.ID, Region: s.info.Region,
		Attempts: notNil(attempts), Source: a.Source, Degraded: reasonOf(a.Degraded),
		Request: req.Canonical, Answer: body,
		RetainUntil: a.CreatedAt.AddDate(s.cfg.RetainYears, 0, 0),
	}
}

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
