package verify

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestConjugation reads the forms of a word that assert what it asserts, and none
// that takes it back, orders or proposes.
func TestConjugation(t *testing.T) {
	for _, tc := range []struct {
		entry       string
		forms, none []string
	}{
		{"増やす・五", []string{"増やす", "増やします", "増やして", "増やした", "増やせば", "増やせます", "増やされる", "増やし"}, []string{"増やさない", "増やせ", "増やそう", "増やしません", "増や"}},
		{"減る・五", []string{"減る", "減ります", "減って", "減った", "減れば", "減ったら"}, []string{"減らない", "減らず", "減れ"}},
		{"置く・五", []string{"置いて", "置いた", "置けます", "置かれ"}, []string{"置かず", "置け", "置こう"}},
		{"抑える・一", []string{"抑える", "抑えます", "抑えられます", "抑えれば", "抑えつつ"}, []string{"抑えない", "抑えず", "抑えろ", "抑えよう"}},
		{"縮小・サ", []string{"縮小", "縮小する", "縮小できます", "縮小されて", "縮小させる"}, []string{"縮小しない", "縮小せず", "縮小しろ", "縮小しよう"}},
		{"大きくする・サ", []string{"大きくする", "大きくできます"}, []string{"大きく"}},
		{"高い・形", []string{"高い", "高く", "高くて", "高ければ", "高さ", "高め", "高すぎます"}, []string{"高", "高くない", "高そう"}},
		{"減っている・続", []string{"減っている", "減っています", "減っており"}, []string{"減って", "減っていない"}},
	} {
		words := scriptWords{}
		words.add(tc.entry, meaning{})
		for _, form := range tc.forms {
			if _, n := words.longest(form, nil); n != len(form) {
				t.Errorf("%s: of %q %q is read", tc.entry, form, form[:n])
			}
		}
		for _, form := range tc.none {
			if _, n := words.longest(form, nil); n == len(form) {
				t.Errorf("%s: %q is read", tc.entry, form)
			}
		}
	}
}

// TestNoKanaToBuildFrom keeps out of the neutral words a letter, particles apart,
// that others could be put together of.
func TestNoKanaToBuildFrom(t *testing.T) {
	const particles = "はがをにのともでやかなだご"
	for r, words := range vocabularies()[japanese].script {
		for _, w := range words {
			if utf8.RuneCountInString(w.stem) == 1 && unicode.Is(unicode.Hiragana, r) && (w.endings != nil || !strings.ContainsRune(particles, r)) {
				t.Errorf("%s is neutral by itself", w.stem)
			}
		}
	}
}
