package main

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
)

// draft is an answer before it is written as JSON.
type draft struct {
	summary string
	items   []item
}

type item struct {
	action string
	facts  []string
	text   string
}

// honest answers a prompt with texts of the pool.
func honest(rng *rand.Rand, p prompt, texts map[string][]string) draft {
	d := draft{summary: fill(pick(rng, texts["summary"]), "{"+p.factOf("total_value")+"}", "")}
	for _, a := range p.actions {
		d.items = append(d.items, item{action: a.id, facts: cite(rng, a), text: explain(rng, a, texts)})
	}
	return d
}

// explain draws a text for the action; one that names a holding fits only
// where there is one.
func explain(rng *rand.Rand, a action, texts map[string][]string) string {
	fitting := slices.DeleteFunc(slices.Clone(texts[a.kind]), func(s string) bool {
		return a.holding() == "" && strings.Contains(s, "{H}")
	})
	return fill(pick(rng, fitting), "{"+a.facts[0]+"}", a.holding())
}

// cite gives the reason and, now and then, the other facts.
func cite(rng *rand.Rand, a action) []string {
	if rng.IntN(3) == 0 {
		return slices.Clone(a.facts)
	}
	return []string{a.facts[0]}
}

func fill(s, fact, holding string) string {
	return strings.NewReplacer("{F}", fact, "{H}", holding).Replace(s)
}

func pick[T any](rng *rand.Rand, of []T) T { return of[rng.IntN(len(of))] }

// json writes the draft as the model is asked to.
func (d draft) json() string {
	rows := make([][]any, len(d.items))
	for i, it := range d.items {
		rows[i] = []any{it.action, it.facts, it.text}
	}
	return `{"s":` + encode(d.summary) + `,"r":` + encode(rows) + `}`
}

// encode writes JSON without escaping < and >, as models do.
func encode(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings and lists of them
	}
	return strings.TrimSpace(b.String())
}

func (d draft) clone() draft {
	d.items = slices.Clone(d.items)
	return d
}
