package main

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"ballast.internal/ballast/internal/recommend"
)

// figures are the numbers that an analysis holds or that follow from it.
type figures struct {
	values []float64
	texts  map[string]bool // as code wrote them
}

var figureForm = regexp.MustCompile(`[0-9](?:[0-9.,'’\x{00A0}\x{202F} ]*[0-9])?`)

// figuresOf collects the value, the limit and the distance between them of
// every fact, as fraction and in percent, and every number that code wrote.
func figuresOf(rules *recommend.Answer) figures {
	f := figures{texts: map[string]bool{}}
	for _, fact := range rules.Analysis.Facts {
		f.note(fact.Text)
		v, err := strconv.ParseFloat(fact.Value, 64)
		if err != nil {
			continue
		}
		f.values = append(f.values, v, 100*v)
		if limit, err := strconv.ParseFloat(fact.Threshold, 64); err == nil {
			f.values = append(f.values, limit, 100*limit, v-limit, 100*(v-limit), math.Abs(v)-limit, 100*(math.Abs(v)-limit))
		}
	}
	for _, t := range allTexts(rules) {
		f.note(t)
	}
	return f
}

func (f figures) note(text string) {
	for _, n := range figureForm.FindAllString(text, -1) {
		f.texts[n] = true
	}
}

// strange lists the numbers of a text that are none of the figures.
func (f figures) strange(text string) []string {
	var out []string
	for _, n := range figureForm.FindAllString(text, -1) {
		if !f.texts[n] && !f.follows(n) && !nameBefore(text, n) {
			out = append(out, n)
		}
	}
	return out
}

// nameBefore reports digits that belong to a word, as in S&P500 or top5.
func nameBefore(text, n string) bool {
	i := strings.Index(text, n)
	return i > 0 && unicode.IsLetter(rune(text[i-1]))
}

// follows reports whether n, read either way, is a figure rounded as n is.
func (f figures) follows(n string) bool {
	for _, reading := range readings(n) {
		v, err := strconv.ParseFloat(reading, 64)
		if err != nil {
			continue
		}
		_, decimals, _ := strings.Cut(reading, ".")
		for _, w := range f.values {
			if math.Abs(math.Abs(w)-v) <= 0.5000001*math.Pow10(-len(decimals)) {
				return true
			}
		}
	}
	return false
}

// readings takes the last mark for the decimal one, or every mark for a
// thousands separator.
func readings(n string) []string {
	digits := func(s string) string { return strings.Join(regexp.MustCompile(`[0-9]+`).FindAllString(s, -1), "") }
	out := []string{digits(n)}
	if i := strings.LastIndexAny(n, ".,"); i >= 0 {
		out = append(out, digits(n[:i])+"."+digits(n[i:]))
	}
	return out
}
