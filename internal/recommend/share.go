package recommend

import (
	"context"
	"encoding/json"
	"time"
)

// joinEvery is how often a replica looks whether another one, which asks for
// the same words, has them.
const joinEvery = 50 * time.Millisecond

// give gets the words, from another replica that has them or is asking for them
// now and otherwise from the model, and delivers them. Others have them once
// they are recorded, so that what repeats them can name the record. It ends
// within ctx's deadline, record and settlements aside.
func (s *Service) give(ctx context.Context, j *job, key cacheKey, fl *flight) {
	c, lead := s.fromOthers(ctx, key)
	if lead != nil {
		defer func() { lead.End(toKeep(c, fl.given.result.ID), max(0, s.cfg.CacheTTL)) }()
	}
	if !c.kept {
		c = s.converse(ctx, j)
	}
	fl.modelTime = c.took
	fl.given, fl.err = s.conclude(ctx, j, c)
}

// fromOthers gets the words from another replica, if they are kept.
func (s *Service) fromOthers(ctx context.Context, key cacheKey) (conversation, Lead) {
	start := s.cfg.Now()
	c, waited, lead := s.join(ctx, key)
	switch {
	case !c.kept:
		s.cfg.Observer.Cache("miss")
	case waited: // for the model, if another one's
		s.cfg.Observer.Cache("coalesced")
		c.took = s.cfg.Now().Sub(start)
	default:
		s.cfg.Observer.Cache("hit")
	}
	return c, lead
}

// join returns the words that another replica has, after waiting for them if
// need be. Unless they are kept the model is to be asked: with a lead by this
// replica for all, and without one by it alone, because no other can be relied on.
func (s *Service) join(ctx context.Context, key cacheKey) (c conversation, waited bool, lead Lead) {
	if s.cfg.Peers == nil || s.cfg.CacheTTL < 0 {
		return c, false, nil
	}
	for ; ; waited = true {
		text, lead, err := s.cfg.Peers.Join(ctx, key.String())
		switch {
		case err != nil:
			return c, waited, nil
		case text != nil:
			return keptIn(text), waited, nil
		case lead != nil:
			return c, waited, lead
		case !s.mayWait(ctx):
			return c, waited, nil
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
	From    string       `json:"f,omitempty"` // their record; older versions do not write it
	Summary string       `json:"s"`
	Items   []sharedItem `json:"r"`
}

type sharedItem struct {
	Action    string   `json:"a"`
	Evidence  []string `json:"e"`
	Rationale string   `json:"t"`
}

// toKeep is what other replicas may have of a conversation: nothing when it is
// the reason for a degraded answer, or has no record.
func toKeep(c conversation, record string) []byte {
	if c.err != nil || record == "" || !c.words.any() {
		return nil
	}
	out := sharedWords{From: record, Summary: c.words.summary}
	for _, it := range c.words.items {
		out.Items = append(out.Items, sharedItem{it.action, it.evidence, it.rationale})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil // cannot be: strings alone
	}
	return text
}

// keptIn reads what toKeep wrote; nothing is kept in anything else.
func keptIn(text []byte) conversation {
	var in sharedWords
	if err := json.Unmarshal(text, &in); err != nil {
		return conversation{}
	}
	w := words{summary: in.Summary}
	for _, it := range in.Items {
		w.items = append(w.items, wordedItem{action: it.Action, evidence: it.Evidence, rationale: it.Rationale})
	}
	if !w.any() {
		return conversation{}
	}
	return conversation{words: w, kept: true, from: in.From}
}
