package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// lie is one hostile answer: what the model says, and what the oracle must
// know to judge it.
type lie struct {
	reply reply
	// truth holds the sound texts that the answer was made of, by action and
	// "" for the summary: of all that the model wrote only these may be shown.
	truth map[string][]string
	// scrambled is set when sound texts were damaged at random: what is left of
	// them is judged by what it says, as it need not be wrong.
	scrambled bool
	planted   []string // texts of which nothing may be shown
}

// liar makes a lie of a sound answer to p.
type liar func(s *stage, d draft) lie

// stage is what a liar has to work with.
type stage struct {
	rng      *rand.Rand
	prompt   prompt
	language string
	honest   map[string][]string // sound texts of the language
	foreign  map[string][]string // sound texts of another language
	hostile  pool
}

// whole is a lie that is written as the format wants it.
func (s *stage) whole(told, sound draft) lie {
	return lie{reply: reply{text: s.continued(told.json()), stopReason: "end_turn"}, truth: truthOf(sound)}
}

// continued leaves the prefilled brace out, as a model does.
func (s *stage) continued(object string) string {
	if s.rng.IntN(4) == 0 {
		return object
	}
	return strings.TrimPrefix(object, "{")
}

func truthOf(d draft) map[string][]string {
	truth := map[string][]string{"": {d.summary}}
	for _, it := range d.items {
		truth[it.action] = append(truth[it.action], it.text)
	}
	return truth
}

// liars are the classes of lies about the shape of an answer. The classes of
// hostile texts come from the pool; see wordClasses.
var liars = map[string]liar{
	"foreign action":      foreignAction,
	"foreign evidence":    foreignEvidence,
	"trigger not cited":   triggerMissing,
	"duplicated item":     duplicated,
	"dropped item":        dropped,
	"severity inverted":   reversed,
	"text of another":     swapped,
	"contrary reason":     contrary,
	"wrong language":      wrongLanguage,
	"mixed language":      mixedLanguage,
	"prompt echo":         promptEcho,
	"canary":              canaryTold,
	"extra keys":          extraKeys,
	"two readings":        twoReadings,
	"deep nesting":        deepNesting,
	"100 KB of text":      huge,
	"empty content":       empty,
	"refusal":             refusal,
	"truncation":          truncated,
	"usage missing":       usageMissing,
	"wrong shape":         wrongShape,
	"damaged bytes":       damaged,
	"damaged words":       damagedWords,
	"two answers spliced": spliced,
}

func foreignAction(s *stage, d draft) lie {
	told := d.clone()
	text := pick(s.rng, s.hostile["en"]["promise"])
	it := item{action: fmt.Sprintf("A%d", 90+s.rng.IntN(9000)), facts: []string{s.prompt.facts[0]}, text: text}
	told.items = slices.Insert(told.items, s.rng.IntN(len(told.items)+1), it)
	l := s.whole(told, d)
	l.planted = []string{text}
	return l
}

func foreignEvidence(s *stage, d draft) lie {
	told, sound := d.clone(), d.clone()
	i := s.rng.IntN(len(told.items))
	told.items[i].facts = append([]string{fmt.Sprintf("F%d", 900+s.rng.IntN(99))}, told.items[i].facts...)
	sound.items = slices.Delete(sound.items, i, i+1)
	return s.whole(told, sound)
}

func triggerMissing(s *stage, d draft) lie {
	told, sound := d.clone(), d.clone()
	i := s.rng.IntN(len(told.items))
	told.items[i].facts = told.items[i].facts[:0]
	sound.items = slices.Delete(sound.items, i, i+1)
	return s.whole(told, sound)
}

func duplicated(s *stage, d draft) lie {
	told := d.clone()
	again := told.items[s.rng.IntN(len(told.items))]
	again.text += " " + pick(s.rng, s.hostile["en"]["promise"])
	told.items = append(told.items, again)
	l := s.whole(told, d)
	l.planted = []string{again.text}
	return l
}

func dropped(s *stage, d draft) lie {
	told := d.clone()
	i := s.rng.IntN(len(told.items))
	told.items = slices.Delete(told.items, i, i+1)
	return s.whole(told, told)
}

func reversed(s *stage, d draft) lie {
	told := d.clone()
	slices.Reverse(told.items)
	return s.whole(told, d)
}

// swapped gives an action the text of another, facts and all.
func swapped(s *stage, d draft) lie {
	told, sound := d.clone(), d.clone()
	// Two actions for the same reason cite alike, and nothing but their words
	// tells the texts apart.
	if len(told.items) < 2 || s.prompt.actions[0].facts[0] == s.prompt.actions[1].facts[0] {
		return foreignEvidence(s, d)
	}
	told.items[0].text, told.items[1].text = told.items[1].text, told.items[0].text
	told.items[0].facts, told.items[1].facts = told.items[1].facts, told.items[0].facts
	sound.items = sound.items[2:]
	return s.whole(told, sound)
}

// contraries are actions of which one undoes the other.
var contraries = map[string]string{"raise_cash": "deploy_cash", "deploy_cash": "raise_cash"}

// contrary explains an action as if it were its opposite.
func contrary(s *stage, d draft) lie {
	told, sound := d.clone(), d.clone()
	for i, a := range s.prompt.actions {
		if of := contraries[a.kind]; of != "" {
			told.items[i].text = fill(pick(s.rng, s.honest[of]), "{"+a.facts[0]+"}", a.holding())
			sound.items[i].text = figureAlone(told.items[i].text)
			return s.whole(told, sound)
		}
	}
	return inPlace(s, d, "inverted")
}

// figureAlone is what of a text tells the figure and hardly anything else, which
// is as true of the opposite.
func figureAlone(text string) string {
	const most = 32 // letters beside the figure
	var out string
	for _, one := range sentence.FindAllString(text, -1) {
		one, _, _ = strings.Cut(one, ",")
		if words := placeholder.ReplaceAllString(one, ""); words != one && utf8.RuneCountInString(words) <= most {
			out += strings.TrimRight(one, " .") + ". "
		}
	}
	return out
}

func wrongLanguage(s *stage, d draft) lie {
	return s.whole(honest(s.rng, s.prompt, s.foreign), draft{})
}

func mixedLanguage(s *stage, d draft) lie {
	told, sound := d.clone(), d.clone()
	i := s.rng.IntN(len(told.items))
	told.items[i].text = explain(s.rng, s.prompt.actions[i], s.foreign)
	sound.items = slices.Delete(sound.items, i, i+1)
	return s.whole(told, sound)
}

// promptEcho gives a line of the instructions away.
func promptEcho(s *stage, d draft) lie {
	lines := strings.Split(s.prompt.system, "\n")
	words := strings.Fields(pick(s.rng, lines[2:]))
	from := s.rng.IntN(max(1, len(words)-12))
	part := strings.Join(words[from:min(len(words), from+12)], " ")
	return plant(s, d, part)
}

func canaryTold(s *stage, d draft) lie {
	forms := []string{canary, strings.ToUpper(canary), "the word " + canary, canary[:7] + "-" + canary[7:], strings.Join(strings.Split(canary, ""), " ")}
	return plant(s, d, pick(s.rng, forms))
}

func usageMissing(s *stage, d draft) lie {
	l := s.whole(d, d)
	l.reply.noUsage = true
	return l
}
