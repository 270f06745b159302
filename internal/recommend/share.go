package recommend

import (
	"context"
	"encoding/json"
	"time"
)

// joinEvery is how often a replica looks whether another one, which asks for
// the same words, has them.
const joinEvery = 50 * time.Millisecond

// ask gets the words: from another replica that has them or is asking for them
// now, and otherwise from the model. It ends within ctx's deadline, settlements
// aside.
func (s *Service) ask(ctx context.Context, j *job, key cacheKey) (c conversation) {
	start := s.cfg.Now()
	kept, waited, lead := s.join(ctx, key)
	switch {
	case kept == nil:
		s.cfg.Observer.Cache("miss")
	case waited: // for the model, if another one's
		s.cfg.Observer.Cache("coalesced")
		return conversation{words: *kept, kept: true, took: s.cfg.Now().Sub(start)}
	default:
		s.cfg.Observer.Cache("hit")
		return conversation{words: *kept, kept: true}
	}
	if lead != nil {
		defer func() { lead.End(toKeep(c), max(0, s.cfg.CacheTTL)) }()
	}
	return s.converse(ctx, j)
}

// join returns the words that another replica has, after waiting for them if
// need be. Without words the model is to be asked: with a lead by this replica
// for all, and without one by it alone, because no other can be relied on.
func (s *Service) join(ctx context.Context, key cacheKey) (kept *words, waited bool, lead Lead) {
	if s.cfg.Peers == nil || s.cfg.CacheTTL < 0 {
		return nil, false, nil
	}
	for ; ; waited = true {
		text, lead, err := s.cfg.Peers.Join(ctx, key.String())
		switch {
		case err != nil:
			return nil, waited, nil
		case text != nil:
			return wordsOf(text), waited, nil
		case lead != nil:
			return nil, waited, lead
		case !s.mayWait(ctx):
			return nil, waited, nil
		}
	}
}

// mayWait waits a moment for another replica, unless a call of this one would
// then come too late.
func (s *Service) mayWait(ctx context.Context) bool {
	own := min(s.cfg.Timeouts.Attempt, s.cfg.Timeouts.Work/2)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < own+joinEvery {
		return false
	}
	return sleep(ctx, joinEvery)
}

// sharedWords is how words travel between replicas. A change of its meaning
// needs a change of the prompt's version, which is part of the key.
type sharedWords struct {
	Summary string       `json:"s"`
	Items   []sharedItem `json:"r"`
}

type sharedItem struct {
	Action    string   `json:"a"`
	Evidence  []string `json:"e"`
	Rationale string   `json:"t"`
}

// toKeep is what other replicas may have of a conversation: nothing when it is
// the reason for a degraded answer.
func toKeep(c conversation) []byte {
	if c.err != nil || !c.words.any() {
		return nil
	}
	out := sharedWords{Summary: c.words.summary}
	for _, it := range c.words.items {
		out.Items = append(out.Items, sharedItem{it.action, it.evidence, it.rationale})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil // cannot be: strings alone
	}
	return text
}

// wordsOf reads what toKeep wrote; nil for anything else.
func wordsOf(text []byte) *words {
	var in sharedWords
	if err := json.Unmarshal(text, &in); err != nil {
		return nil
	}
	w := words{summary: in.Summary}
	for _, it := range in.Items {
		w.items = append(w.items, wordedItem{action: it.Action, evidence: it.Evidence, rationale: it.Rationale})
	}
	if !w.any() {
		return nil
	}
	return &w
}
