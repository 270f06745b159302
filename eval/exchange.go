package main

import (
	"context"
	"embed"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ballast.internal/ballast/internal/recommend"
)

// A sound sentence of which one word is exchanged for its opposite is false, or
// clumsy, or by chance still true: how many a caller sees is a bound of how many
// false ones. testdata/opposites/<language>.txt lists the words: of "a, b <> c, d"
// each is put for those of the other side at once, of "a > c" the last for the first.
//
//go:embed testdata/opposites/*.txt
var oppositeFiles embed.FS

// opposite is one exchange.
type opposite struct {
	from, to []string // of which the first is put for the other side
	both     bool
	word     *regexp.Regexp // any that is exchanged
}

// opposites are the exchanges of each language.
func opposites() (map[string][]opposite, error) {
	all := map[string][]opposite{}
	for _, l := range languages {
		data, err := oppositeFiles.ReadFile(path.Join("testdata/opposites", l+".txt"))
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			o, err := newOpposite(l, line)
			if err != nil {
				return nil, err
			}
			all[l] = append(all[l], o)
		}
	}
	return all, nil
}

func newOpposite(language, line string) (opposite, error) {
	from, to, both := strings.Cut(line, " <> ")
	if !both {
		var ok bool
		if from, to, ok = strings.Cut(line, " > "); !ok {
			return opposite{}, fmt.Errorf("opposites of %s: %q", language, line)
		}
	}
	o := opposite{from: strings.Split(from, ", "), to: strings.Split(to, ", "), both: both}
	words := o.from
	if both {
		words = slices.Concat(o.from, o.to)
	}
	pattern := "(" + strings.Join(words, "|") + ")" // words have no signs
	if language != "ja" {
		pattern = `(?i)(?:^|[^\pL-])` + pattern + `(?:$|[^\pL-])`
	}
	o.word = regexp.MustCompile(pattern)
	return o, nil
}

// joins are what stands between two words that may change places and say the same.
var joins = regexp.MustCompile(`^(?:,| (?:and|or|as well as|und|oder|sowie|et|ou|y|o|e|en|of) (?:in |d')?|[やと、・])$`)

// in is a sentence with the word exchanged, "" if it has none, or if both are named
// in one breath.
func (o opposite) in(s string) string {
	found := o.places(s)
	if len(found) == 0 || len(found) == 2 && joins.MatchString(s[found[0][1]:found[1][0]]) {
		return ""
	}
	var out strings.Builder
	rest := 0
	for _, at := range found {
		out.WriteString(s[rest:at[0]])
		out.WriteString(o.instead(s[at[0]:at[1]]))
		rest = at[1]
	}
	out.WriteString(s[rest:])
	return out.String()
}

// places are where the words stand that are exchanged.
func (o opposite) places(s string) (found [][2]int) {
	for at := 0; at < len(s); {
		m := o.word.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		found = append(found, [2]int{at + m[2], at + m[3]})
		if at += m[3]; !o.both {
			break
		}
	}
	return found
}

// instead is what stands for a word, with a capital if that has one.
func (o opposite) instead(word string) string {
	to := o.to[0]
	if slices.ContainsFunc(o.to, func(w string) bool { return strings.EqualFold(w, word) }) {
		to = o.from[0]
	}
	if r, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(r) {
		first, n := utf8.DecodeRuneInString(to)
		return string(unicode.ToUpper(first)) + to[n:]
	}
	return to
}

// exchange tries every exchange in every sentence of an honest answer that a
// caller sees, alone in its text, and counts those that a caller sees as well.
// texts are those of the answer, and shown what a caller sees of each.
func (t *troupe) exchange(ctx context.Context, f, texts, shown []string, r *report) error {
	variants := make([][]string, len(texts))
	for i, text := range texts {
		for _, s := range sentence.FindAllString(text, -1) {
			if !holds(shown[i], s) {
				continue
			}
			for _, o := range t.opposites[f[0]] {
				if v := o.in(strings.TrimSpace(s)); v != "" {
					variants[i] = append(variants[i], v)
				}
			}
		}
	}
	for k := 0; ; k++ {
		said := make([]string, len(variants))
		for i, v := range variants {
			if k < len(v) {
				said[i] = v[k]
			}
		}
		if slices.Max(said) == "" {
			return nil
		}
		_, shown, _, err := t.recite(ctx, f, said)
		if err != nil {
			return err
		}
		r.exchanged(f, said, shown)
	}
}

// recite lets the model give an answer of a held-out set, with other texts in the
// place of those of its own that are not "", and returns what was said and shown,
// and the source of the answer.
func (t *troupe) recite(ctx context.Context, f, instead []string) (d draft, shown []string, source string, err error) {
	kinds := sceneKinds[f[1]]
	i := slices.IndexFunc(t.scenes, func(s scene) bool { return s.language == f[0] && s.name == kinds[0] })
	var sent prompt
	got, err := t.theatres[0].perform(ctx, t.scenes[i].req, func(p prompt) reply {
		sent, d = p, heldDraft(p, f, kinds)
		d.replace(instead)
		return reply{text: d.json()[1:], stopReason: "end_turn"}
	})
	if err != nil {
		return d, nil, "", fmt.Errorf("%v: %w", f, err)
	}
	shown = []string{got.Summary}
	for _, a := range sent.actions {
		k := slices.IndexFunc(got.Recommendations, func(r recommend.Recommendation) bool { return r.ID == a.id })
		shown = append(shown, got.Recommendations[k].Rationale)
	}
	return d, shown, got.Source, nil
}

// texts are the summary and the texts of the items.
func (d *draft) texts() []string {
	out := []string{d.summary}
	for _, it := range d.items {
		out = append(out, it.text)
	}
	return out
}

// replace puts texts in the place of those of a draft, where they are not "".
func (d *draft) replace(texts []string) {
	for i, text := range texts {
		switch {
		case text == "":
		case i == 0:
			d.summary = text
		default:
			d.items[i-1].text = text
		}
	}
}

// exchanged counts the sentences with an exchange, and those that were shown.
func (r *report) exchanged(f, said, shown []string) {
	for i, s := range said {
		if s == "" {
			continue
		}
		seen := holds(shown[i], s)
		count(r.exchanges, f[0], seen)
		if seen {
			r.passed = append(r.passed, fmt.Sprintf("exchanged: %s %s %s", f[0], f[1], s))
		}
	}
}
