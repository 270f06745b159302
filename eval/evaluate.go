package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// troupe is everything that a run needs.
type troupe struct {
	theatres []*theatre // prefill, and forced tool
	scenes   []scene
	honest   pool
	hostile  pool

	opposites map[string][]opposite // by language
}

func newTroupe(ctx context.Context, root string) (*troupe, error) {
	t := &troupe{}
	for _, tool := range []bool{false, true} {
		th, err := newTheatre(tool)
		if err != nil {
			return nil, err
		}
		t.theatres = append(t.theatres, th)
	}
	var err error
	if t.scenes, err = scenes(ctx, root, t.theatres[0]); err != nil {
		return nil, err
	}
	if t.opposites, err = opposites(); err != nil {
		return nil, err
	}
	if t.honest, err = readPool("benign", languages...); err != nil {
		return nil, err
	}
	t.hostile, err = readPool("hostile", append([]string{anyLanguage}, languages...)...)
	return t, err
}

func (t *troupe) close(ctx context.Context) {
	for _, th := range t.theatres {
		_ = th.Close(ctx)
	}
}

// evaluate runs the hostile and the honest answers. It is reproducible: all
// that is drawn comes from the seed.
func evaluate(ctx context.Context, root string, hostile, benign int, seed uint64) (*report, error) {
	t, err := newTroupe(ctx, root)
	if err != nil {
		return nil, err
	}
	defer t.close(ctx)
	r := newReport(seed)
	classes := slices.Concat(slices.Sorted(maps.Keys(liars)), wordClasses(t.hostile))
	rng := drawn(seed, 1)
	for i := range hostile {
		sc := t.scenes[i%len(t.scenes)]
		if err := t.lie(ctx, rng, sc, classes[(i/len(t.scenes)+i)%len(classes)], r); err != nil {
			return nil, err
		}
	}
	rng = drawn(seed, 2)
	for i := range benign {
		if err := t.tell(ctx, rng, t.scenes[i%len(t.scenes)], r); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// evaluateHeld runs the held-out sets.
func (r *report) evaluateHeld(ctx context.Context, root string) error {
	t, err := newTroupe(ctx, root)
	if err != nil {
		return err
	}
	defer t.close(ctx)
	for _, most := range heldSets {
		h, err := t.measureHeld(ctx, most.name, r)
		if err != nil {
			return err
		}
		r.held = append(r.held, h)
		if h.worse(most) {
			r.findings = append(r.findings, fmt.Sprintf("%v\n    %q", h, h.notes))
		}
	}
	for _, most := range wholeSets {
		h, err := t.measureWhole(ctx, most.name)
		if err != nil {
			return err
		}
		r.whole = append(r.whole, h)
		if h.worse(most) {
			r.findings = append(r.findings, fmt.Sprintf("%v\n    %q", h, h.notes))
		}
	}
	if total(r.exchanges).wrong > mostExchanged {
		r.findings = append(r.findings, r.exchangeLine(), fmt.Sprintf("%q", r.passed))
	}
	if total(r.swaps).wrong > mostSwapped {
		r.findings = append(r.findings, r.swapLine(), fmt.Sprintf("%q", r.misplaced))
	}
	return nil
}

// drawn is a source that gives the same again for the same seed.
func drawn(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // nothing here is a secret
}

// lie lets the model tell one lie of a class and has the outcome judged.
func (t *troupe) lie(ctx context.Context, rng *rand.Rand, sc scene, class string, r *report) error {
	th := t.theatres[0]
	if rng.IntN(5) == 0 {
		th = t.theatres[1]
	}
	var told lie
	got, err := th.perform(ctx, sc.req, func(p prompt) reply {
		s := &stage{rng: rng, prompt: p, language: sc.language, honest: t.honest[sc.language], hostile: t.hostile,
			foreign: t.honest[languages[(slices.Index(languages, sc.language)+1+rng.IntN(len(languages)-1))%len(languages)]]}
		next := s.tell(class)
		// The caller may be shown what is sound in either of two attempts.
		for id, texts := range told.truth {
			next.truth[id] = append(next.truth[id], texts...)
		}
		next.planted = append(next.planted, told.planted...)
		told = next
		return told.reply
	})
	if err != nil {
		return fmt.Errorf("%s, %s, %s: %w", class, sc.name, sc.language, err)
	}
	r.hostileAnswer(class, sc, sc.oracle.judge(got, told), th.actor.raw)
	return nil
}

func (s *stage) tell(class string) lie {
	d := honest(s.rng, s.prompt, s.honest)
	var l lie
	if tell := liars[class]; tell != nil {
		l = tell(s, d)
	} else {
		l = inPlace(s, d, class)
	}
	if l.truth == nil {
		l.truth = map[string][]string{}
	}
	return l
}

// tell lets the model answer honestly and sees whether every word is kept.
func (t *troupe) tell(ctx context.Context, rng *rand.Rand, sc scene, r *report) error {
	var d draft
	th := t.theatres[0]
	got, err := th.perform(ctx, sc.req, func(p prompt) reply {
		d = honest(rng, p, t.honest[sc.language])
		return reply{text: d.json()[1:], stopReason: "end_turn"}
	})
	if err != nil {
		return err
	}
	wrong := sc.oracle.judge(got, lie{truth: truthOf(d)})
	r.honestAnswer(sc, got.Source == "model", wrong, th.book.last.Attempts, d)
	return nil
}
