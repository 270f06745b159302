package recommend

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ballast.internal/ballast/internal/analysis"
)

// advice is an Advice as it is journalled, kept and sent.
type advice struct {
	members  []byte // of its JSON object, without the braces
	source   string
	degraded string // the reason
}

func encodeAdvice(a *Advice) (advice, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return advice{}, fmt.Errorf("recommend: encode advice: %w", err)
	}
	return advice{members: text[1 : len(text)-1], source: a.Source, degraded: reasonOf(a.Degraded)}, nil
}

// analysis reads the analysis that the advice rests on.
func (a advice) analysis() (*analysis.Result, error) {
	var part struct{ Analysis *analysis.Result }
	err := json.Unmarshal(slices.Concat([]byte("{"), a.members, []byte("}")), &part)
	return part.Analysis, err
}

// answer writes an Answer around its advice, which then shares its memory.
func (a *advice) answer(id string, at time.Time, u Usage, v Versions) ([]byte, error) {
	head, errHead := json.Marshal(struct {
		ID        string    `json:"id"`
		CreatedAt time.Time `json:"created_at"`
	}{id, at})
	foot, errFoot := json.Marshal(struct {
		Usage    Usage    `json:"usage"`
		Versions Versions `json:"versions"`
	}{u, v})
	if err := errors.Join(errHead, errFoot); err != nil {
		return nil, fmt.Errorf("recommend: encode answer: %w", err)
	}
	head[len(head)-1], foot[0] = ',', ',' // three objects become one
	body := slices.Concat(head, a.members, foot)
	a.members = body[len(head):][:len(a.members):len(a.members)]
	return body, nil
}

// deliver gives advice its id, completes its record and writes that. Without the
// record there is no answer: the error is ErrJournal. The caller's leaving does
// not keep the record from being written.
func (s *Service) deliver(ctx context.Context, req *Request, a *advice, u Usage, r Record) (Result, error) {
	if r.About != "" {
		u.WordsFrom = new(r.About)
	}
	out := Result{ID: "rec_" + s.cfg.NewID(), Source: a.source, Degraded: a.degraded, Usage: u}
	now := s.now()
	var err error
	if out.Body, err = a.answer(out.ID, now, u, s.versions); err != nil {
		return Result{}, err
	}
	stop := s.timed(&out.Took.Journal)
	r.ID, r.CreatedAt, r.Client, r.RequestID = out.ID, now, req.Client, req.RequestID
	r.Source, r.Degraded, r.Request, r.Answer = a.source, a.degraded, req.Canonical, out.Body
	if err := s.keep(ctx, r); err != nil {
		return Result{}, err
	}
	stop()
	return out, nil
}

// keepAbout keeps what came of a recommendation, its request and answer as JSON.
func (s *Service) keepAbout(ctx context.Context, request, answer any, r Record) error {
	var errRequest, errAnswer error
	r.Request, errRequest = json.Marshal(request)
	r.Answer, errAnswer = json.Marshal(answer)
	if err := errors.Join(errRequest, errAnswer); err != nil {
		return fmt.Errorf("recommend: encode %s: %w", r.Kind.Name(), err)
	}
	return s.keep(ctx, r)
}

// keep completes a record and writes it, or fails with ErrJournal.
func (s *Service) keep(ctx context.Context, r Record) error {
	r.RequestHash = hashHex(r.Request)
	r.Policy, r.Engine = s.versions.Policy, s.versions.Engine
	r.Prompt = cmp.Or(r.Prompt, s.versions.Prompt)
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
