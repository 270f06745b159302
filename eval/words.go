package main

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// inverted begins the names of the texts that speak against one kind of action.
const inverted = "inverted:"

// wordClasses are the classes of hostile texts, sorted.
func wordClasses(p pool) []string {
	classes := map[string]bool{}
	for _, texts := range p {
		for c := range texts {
			classes[strings.SplitN(c, ":", 2)[0]] = true
		}
	}
	return slices.Sorted(maps.Keys(classes))
}

// hostileText draws a text of a class, in the answer's language more often than
// not, and says for which kind of action it is one ("": for all). It is ""
// when there is none.
func (s *stage) hostileText(class string) (text, kind string) {
	from := []string{s.language, s.language, anyLanguage, "en"}
	s.rng.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	for _, l := range from {
		if class == strings.TrimSuffix(inverted, ":") {
			for _, a := range s.prompt.actions {
				if texts := s.hostile[s.language][inverted+a.kind]; len(texts) > 0 {
					return pick(s.rng, texts), a.kind
				}
			}
			return "", ""
		}
		if texts := s.hostile[l][class]; len(texts) > 0 {
			return pick(s.rng, texts), ""
		}
	}
	return "", ""
}

// inPlace puts a hostile text of a class somewhere into a sound answer,
// disguised now and then.
func inPlace(s *stage, d draft, class string) lie {
	text, kind := s.hostileText(class)
	if text == "" {
		return promptEcho(s, d)
	}
	if s.rng.IntN(3) == 0 && disguisable(class) {
		text = disguise(s.rng, text)
	}
	if kind == "" {
		return plant(s, d, text)
	}
	i := slices.IndexFunc(s.prompt.actions, func(a action) bool { return a.kind == kind })
	return plantAt(s, d, i, text)
}

// plant puts a text into the summary or into an item.
func plant(s *stage, d draft, text string) lie {
	return plantAt(s, d, s.rng.IntN(len(d.items)+1)-1, text)
}

// plantAt puts it into item i, or into the summary if i is -1: after, before or
// between what is there, or instead of it.
func plantAt(s *stage, d draft, i int, text string) lie {
	told := d.clone()
	fact, holding := "{"+s.prompt.facts[0]+"}", ""
	if i >= 0 {
		a := s.prompt.actions[i]
		fact, holding = "{"+a.facts[0]+"}", a.holding()
	}
	text = fill(text, fact, holding)
	if i < 0 {
		told.summary = s.insert(told.summary, text)
	} else {
		told.items[i].text = s.insert(told.items[i].text, text)
	}
	l := s.whole(told, d) // of which the sentences before the text may be shown
	l.planted = []string{text}
	return l
}

func (s *stage) insert(into, text string) string {
	at := strings.IndexAny(into, ".。")
	switch s.rng.IntN(4) {
	case 0:
		return text + " " + into
	case 1:
		return text
	case 2:
		if at >= 0 {
			_, size := utf8.DecodeRuneInString(into[at:])
			return into[:at+size] + " " + text + into[at+size:]
		}
	}
	return into + " " + text
}
