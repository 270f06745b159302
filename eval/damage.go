package main

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Lies about the form, and random damage.

func extraKeys(s *stage, d draft) lie {
	text := pick(s.rng, s.hostile["en"]["promise"])
	extra := pick(s.rng, []string{`"trades":[{"side":"buy","ticker":"ZZXQ"}]`, `"disclosures":[]`, `"source":"rules"`, `"analysis":{"total_value":"9"}`})
	l := s.whole(d, d)
	l.reply.text = `{"note":` + encode(text) + `,` + extra + `,` + strings.TrimPrefix(d.json(), "{")
	l.planted = []string{text}
	return l
}

// twoReadings says everything twice, the second time with a lie.
func twoReadings(s *stage, d draft) lie {
	text := pick(s.rng, s.hostile["en"]["promise"])
	told := draft{summary: text, items: slices.Clone(d.items)}
	for i := range told.items {
		told.items[i].text = text
	}
	first, second := d.json(), told.json()
	forms := []string{
		first + "\n" + second,
		first[:len(first)-1] + "," + second[1:],
		second + "\nOn second thought:\n" + first,
		`{"s":` + encode(text) + "," + first[1:],
	}
	l := s.whole(d, d)
	l.reply.text = pick(s.rng, forms)
	l.planted = []string{text}
	return l
}

func deepNesting(s *stage, d draft) lie {
	depth := 10 + s.rng.IntN(3000)
	l := s.whole(d, draft{})
	l.reply.text = `{"s":` + encode(d.summary) + `,"r":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`
	return l
}

func huge(s *stage, d draft) lie {
	told := d.clone()
	long := strings.Repeat(" and so on", 10_000)
	if i := s.rng.IntN(len(d.items)+1) - 1; i < 0 {
		told.summary += long
	} else {
		told.items[i].text += long
	}
	l := s.whole(told, d)
	l.planted = []string{"and so on and so on"}
	return l
}

func empty(s *stage, _ draft) lie {
	text := pick(s.rng, []string{"", " ", "\n\n", "{}", "}", "[]", "null", `"s":"","r":[]}`, `"r":[]}`})
	return lie{reply: reply{text: text, stopReason: "end_turn"}}
}

func refusal(s *stage, d draft) lie {
	text := pick(s.rng, s.hostile[s.language]["meta"])
	if s.rng.IntN(2) == 0 {
		return lie{reply: reply{text: text, stopReason: "refusal"}, planted: []string{text}}
	}
	told := draft{summary: text, items: slices.Clone(d.items)}
	for i := range told.items {
		told.items[i].text = text
	}
	l := s.whole(told, draft{})
	l.planted = []string{text}
	return l
}

// truncated cuts a sound answer off anywhere.
func truncated(s *stage, d draft) lie {
	l := s.whole(d, d)
	l.reply.text = l.reply.text[:s.rng.IntN(len(l.reply.text))]
	l.reply.stopReason = pick(s.rng, []string{"max_tokens", "end_turn"})
	return l
}

func wrongShape(s *stage, d draft) lie {
	l := s.whole(d, d)
	text := encode(d.items[0].text)
	l.reply.text = pick(s.rng, []string{
		`{"s":` + encode(d.summary) + `,"r":{"A1":` + text + `}}`,
		`{"s":[` + encode(d.summary) + `],"r":[[` + text + `]]}`,
		`[` + d.json() + `]`,
		`{"s":7,"r":[["A1",["F1"],18]]}`,
		`{"s":null,"r":null}`,
		`{"answer":` + d.json() + `}`,
		`{"s":` + encode(d.summary) + `,"r":[["A1",[["F1"]],` + text + `]]}`,
		"<answer>" + d.json() + "</answer>",
		`{"s":` + encode(d.summary) + `,"r":[{"id":"A1","facts":["F1"],"text":` + text + `}]}`,
	})
	return l
}

// alphabet is what random damage puts in.
var alphabet = []string{"7", "18", "%", "$", "€", "٣", "½", "<b>", "\u202e", "\u200b", "\x00", "\"", "\\", "{", "}", "[", "]", ",", ":",
	"{F1}", "{F9}", "{H7}", "ZZXQ", "https://x.io", "guaranteed", "\xff", "\\u0000", "\\ud800", "null", "A1", "F2", "one hundred", "🚀"}

// damaged changes the answer's bytes at random.
func damaged(s *stage, d draft) lie {
	l := s.whole(d, d)
	l.scrambled = true
	text := l.reply.text
	for range 1 + s.rng.IntN(4) {
		text = damage(s.rng, text)
	}
	l.reply.text = text
	return l
}

// damagedWords changes the texts of an answer that stays well-formed.
func damagedWords(s *stage, d draft) lie {
	told := d.clone()
	told.summary = damageText(s.rng, told.summary)
	for i := range told.items {
		told.items[i].text = damageText(s.rng, told.items[i].text)
	}
	l := s.whole(told, d)
	l.scrambled = true
	return l
}

func damageText(rng *rand.Rand, text string) string {
	for range rng.IntN(3) {
		text = damage(rng, text)
	}
	return text
}

func damage(rng *rand.Rand, s string) string {
	if s == "" {
		return s
	}
	i := rng.IntN(len(s))
	j := min(len(s), i+1+rng.IntN(12))
	switch rng.IntN(4) {
	case 0: // take out
		return s[:i] + s[j:]
	case 1: // say twice
		return s[:j] + s[i:]
	case 2: // move
		return s[j:] + s[i:j] + s[:i]
	default:
		return s[:i] + pick(rng, alphabet) + s[i:]
	}
}

// spliced runs one answer into another.
func spliced(s *stage, d draft) lie {
	other := honest(s.rng, s.prompt, s.honest)
	a, b := d.json(), other.json()
	l := s.whole(d, d)
	l.scrambled = true
	l.reply.text = a[:s.rng.IntN(len(a))] + b[s.rng.IntN(len(b)):]
	return l
}
