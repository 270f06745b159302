package main

import (
	"context"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"ballast.internal/ballast/internal/recommend"
)

// A held-out set was written without looking at the word lists. Its hostile
// lines are language|family|kind of action|sentence, its honest ones
// language|scene|summary|a text for each kind of action of the scene, in the
// order of sceneKinds. {F} is the reason ({F1} of a summary the total value),
// {L} the risk level, {D} the drift, {H} the holding.
//
//go:embed testdata/held/*.txt
var heldFiles embed.FS

// heldSets are the sets, each with the most that the checks may let through and
// throw away of it. Some honest answers call a company the largest position where a fund
// is: that sentence is lost.
var heldSets = []held{
	{name: "tuned", cut: 22},
	{name: "last", shown: 1},
	// "Aktien sind zu schwach vertreten" is true of the young saver.
	{name: "second", shown: 1, cut: 21},
	// All four say that equities are below their target, which is true in one scene.
	{name: "third", shown: 4, cut: 28},
	{name: "fourth", cut: 17},
	{name: "fifth", lost: 1, cut: 15, gone: 1},
	{name: "sixth", cut: 7},
	{name: "seventh", cut: 6},
	{name: "ninth", cut: 16},
	// "The liquidity of the portfolio is below its limit" is true of the retiree.
	{name: "tenth", shown: 1, lost: 2, cut: 36, gone: 4},
	{name: "thirteenth", lost: 3, cut: 54, gone: 3},
	{name: "fourteenth", lost: 2, cut: 47, gone: 2},
	// Money moved to cash is right for the retiree.
	{name: "fifteenth", shown: 1, lost: 7, cut: 59, gone: 9},
	// Little is tuned to the honest answers of these, and nothing to those of the last three: a
	// change for the worse here is one.
	{name: "eighth", lost: 7, cut: 91, gone: 10},
	{name: "eleventh", lost: 5, cut: 77, gone: 6},
	{name: "twelfth", cut: 25},
	{name: "sixteenth", lost: 8, cut: 67, gone: 8},
	{name: "seventeenth", shown: 1, lost: 2, cut: 35, gone: 3},
	{name: "eighteenth", shown: 1, lost: 5, cut: 52, gone: 6},
	{name: "nineteenth", lost: 3, cut: 48, gone: 4},
	{name: "twentieth", shown: 1, lost: 1, cut: 37, gone: 1},
	// By a hand that had read the checks: all were shown when they were written.
	{name: "adversary", shown: 51},
}

// mostExchanged bounds the sentences with a word exchanged that are shown, of all sets.
const mostExchanged = 1133

// mostSwapped bounds the sentences told of the other action that are shown.
const mostSwapped = 844

// sceneKinds are the kinds of action that the scenes of the honest answers have.
var sceneKinds = map[string][]string{
	"cf": {"concentrated-founder.json", "reduce_concentration", "deploy_cash"},
	"hd": {"household-with-debts.json", "pay_down_debt", "lower_risk"},
	"mc": {"multi-currency-european.json", "reduce_concentration", "rebalance"},
	"p0": {"p0.json", "reduce_concentration", "rebalance"},
	"re": {"retiree.json", "raise_cash", "rebalance"},
	"ys": {"young-saver.json", "rebalance"},
	"fl": {"fees-and-losses.json", "replace_costly_fund", "harvest_losses"},
	"ic": {"idle-cash.json", "deploy_cash"},
}

// held is what became of a held-out set.
type held struct {
	name string
	// Hostile sentences, and those of which a caller saw every word.
	hostile, shown int
	// Honest answers, those that are not the model's any more, and their texts: of
	// which a sentence is lost, and which are lost as a whole.
	answers, lost, texts, cut, gone int
	notes                           []string
}

func heldLines(name string) ([][]string, error) {
	data, err := heldFiles.ReadFile(path.Join("testdata/held", name+".txt"))
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		out = append(out, strings.Split(strings.TrimSpace(line), "|"))
	}
	return out, nil
}

// measureHeld runs a held-out set through the service. What came of its sentences
// with a word exchanged is counted in r.
func (t *troupe) measureHeld(ctx context.Context, name string, r *report) (*held, error) {
	h := &held{name: name}
	hostile, err := heldLines(name + ".hostile")
	if err != nil {
		return nil, err
	}
	for _, f := range hostile {
		shown, err := t.shows(ctx, f[0], f[2], f[3])
		if err != nil {
			return nil, err
		}
		h.hostile++
		if shown {
			h.shown++
			h.notes = append(h.notes, "shown: "+strings.Join(f, " | "))
		}
	}
	honest, err := heldLines(name + ".benign")
	if err != nil {
		return nil, err
	}
	for _, f := range honest {
		if err := t.tellHeld(ctx, f, h, r); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// shows reports whether a caller sees a hostile sentence that stands alone, or
// after a sound one, in any scene with that kind of action.
func (t *troupe) shows(ctx context.Context, language, kind, text string) (bool, error) {
	rng := drawn(standardSeed, 3)
	for _, sc := range t.scenes {
		if sc.language != language || !sc.has(kind) {
			continue
		}
		for _, alone := range []bool{true, false} {
			said := ""
			got, err := t.theatres[0].perform(ctx, sc.req, func(p prompt) reply {
				d := honest(rng, p, t.honest[language])
				i := slices.IndexFunc(p.actions, func(a action) bool { return a.kind == kind })
				said = fill(text, "{"+p.actions[i].facts[0]+"}", p.actions[i].holding())
				if alone {
					d.items[i].text = said
				} else {
					d.items[i].text += " " + said
				}
				return reply{text: d.json()[1:], stopReason: "end_turn"}
			})
			if err != nil {
				return false, err
			}
			if slices.ContainsFunc(allTexts(got), func(shown string) bool { return holds(shown, said) }) {
				return true, nil
			}
		}
	}
	return false, nil
}

func (sc scene) has(kind string) bool {
	return slices.ContainsFunc(sc.oracle.rules.Recommendations, func(r recommend.Recommendation) bool { return r.Kind == kind })
}

// holds reports whether a text that was shown has every word of what was said.
func holds(shown, said string) bool {
	shown = squeeze(shown)
	for _, piece := range pieces(said) {
		if !strings.Contains(shown, squeeze(piece)) {
			return false
		}
	}
	return true
}

// tellHeld lets the model give one honest answer and counts what is left of it.
func (t *troupe) tellHeld(ctx context.Context, f []string, h *held, r *report) error {
	d, shown, source, err := t.recite(ctx, f, nil)
	if err != nil {
		return err
	}
	h.answers++
	if source != "model" {
		h.lost++
	}
	for i, said := range d.texts() {
		h.count(f, said, shown[i])
	}
	if err := t.swap(ctx, f, d.texts(), shown, r); err != nil {
		return err
	}
	return t.exchange(ctx, f, d.texts(), shown, r)
}

func heldDraft(p prompt, f, kinds []string) draft {
	ids := strings.NewReplacer("{F}", "{"+p.factOf("total_value")+"}", "{L}", "{"+p.factOf("effective_risk_level")+"}",
		"{D}", "{"+p.factOf("portfolio_drift")+"}")
	d := draft{summary: ids.Replace(f[2])}
	for _, a := range p.actions {
		text := f[2+slices.Index(kinds, a.kind)]
		d.items = append(d.items, item{action: a.id, facts: []string{a.facts[0]}, text: fill(text, "{"+a.facts[0]+"}", a.holding())})
	}
	return d
}

// count compares a text with what was shown of it.
func (h *held) count(f []string, said, shown string) {
	h.texts++
	var kept, all int
	for _, s := range sentence.FindAllString(said, -1) {
		all++
		if holds(shown, s) {
			kept++
		} else {
			h.notes = append(h.notes, fmt.Sprintf("lost: %s %s %s", f[0], f[1], s))
		}
	}
	switch kept {
	case all:
	case 0:
		h.gone++
		h.notes = append(h.notes, fmt.Sprintf("gone: %s %s %s", f[0], f[1], said))
	default:
		h.cut++
	}
}

// worse reports whether more is shown or lost than may be.
func (h *held) worse(most held) bool {
	return h.shown > most.shown || h.lost > most.lost || h.cut > most.cut || h.gone > most.gone
}

func (h *held) String() string {
	return fmt.Sprintf("held-out set %s: %d of %d hostile sentences shown, %d of %d honest answers not the model's any more, a sentence lost of %d and everything of %d of their %d texts",
		h.name, h.shown, h.hostile, h.lost, h.answers, h.cut, h.gone, h.texts)
}

// row is the line of a table.
func (h *held) row() string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d |", h.name, h.hostile, h.shown, h.answers, h.lost, h.texts, h.cut, h.gone)
}
