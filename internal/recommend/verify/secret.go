package verify

import (
	"encoding/base64"
	"hash/maphash"
	"slices"
	"strings"
)

const (
	minCanary = 6 // letters; a shorter one would be met by chance
	echoWords = 8 // consecutive words of the prompt
)

// canaryForms are the letters of the canary as they may be disguised: as they
// are, reversed, in rot13, and in base64 at each of its three alignments. A
// text is compared without blanks, marks and case.
func canaryForms(canary string) []string {
	plain := lettersOf(canary)
	if len(plain) < minCanary {
		return nil
	}
	reversed := []byte(plain)
	slices.Reverse(reversed)
	forms := []string{plain, string(reversed), strings.Map(rot13, plain)}
	for shift := range 3 {
		for _, text := range []string{canary, plain, strings.ToUpper(plain)} {
			encoded := base64.RawStdEncoding.EncodeToString([]byte("###"[:shift] + text))
			// The ends depend on what stands beside the canary.
			inner := encoded[shift+min(shift, 1) : len(encoded)-2]
			if letters := lettersOf(inner); len(letters) >= minCanary {
				forms = append(forms, letters)
			}
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// lettersOf keeps the letters of a text, folded.
func lettersOf(text string) string {
	var f found
	return scan(text, true, &f).letters.String()
}

func rot13(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return 'a' + (r-'a'+13)%26
	}
	return r
}

func (c *Checker) checkCanary(s *scanned, f *found) {
	if len(c.canary) == 0 {
		return
	}
	letters := s.letters.String()
	for _, form := range c.canary {
		if strings.Contains(letters, form) {
			f.add(Canary)
			return
		}
	}
}

var echoSeed = maphash.MakeSeed()

// echoes are the hashes of every run of echoWords words of the prompt.
func echoes(prompt string) map[uint64]bool {
	if prompt == "" {
		return nil
	}
	var f found
	runs := make(map[uint64]bool)
	eachRun(scan(prompt, true, &f), func(h uint64) bool {
		runs[h] = true
		return true
	})
	return runs
}

func (c *Checker) checkEcho(s *scanned, f *found) {
	if len(c.echo) == 0 {
		return
	}
	eachRun(s, func(h uint64) bool {
		if c.echo[h] {
			f.add(Echo)
			return false
		}
		return true
	})
}

// eachRun hashes every run of echoWords words until yield returns false.
func eachRun(s *scanned, yield func(uint64) bool) {
	var last [echoWords]uint64
	n := 0
	for i := range s.tokens {
		if s.tokens[i].kind != word {
			continue
		}
		last[n%echoWords] = maphash.String(echoSeed, s.tokens[i].fold)
		if n++; n >= echoWords {
			var h uint64
			for k := range echoWords {
				h = h*1099511628211 + last[(n+k)%echoWords]
			}
			if !yield(h) {
				return
			}
		}
	}
}
