package verify

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const minCanary = 4 // letters and digits

// Secrets are what the model was told and must not repeat. They are the same
// for every request, and immutable.
type Secrets struct {
	canary canary
	echo   echo
}

// NewSecrets prepares to look for the secret word of a prompt, unless it has
// fewer than four letters and digits, and for the prompt itself.
func NewSecrets(canary, prompt string) *Secrets {
	return &Secrets{canary: newCanary(canary), echo: newEcho(prompt)}
}

// canary holds the forms in which the secret word may leak.
type canary struct {
	squeezed []string // looked for among letters and digits in lower case
	encoded  []string // looked for in the text without blanks
}

func newCanary(word string) canary {
	plain := squeeze(word)
	if len([]rune(plain)) < minCanary {
		return canary{}
	}
	c := canary{squeezed: []string{plain, reverse(plain), rot13(plain), hex.EncodeToString([]byte(word))}}
	for _, w := range []string{word, strings.ToLower(word), strings.ToUpper(word), reverse(word)} {
		c.encoded = append(c.encoded, base64Forms(w)...)
	}
	return c
}

func (c canary) in(text string) bool {
	if len(c.squeezed) == 0 {
		return false
	}
	text = norm.NFKC.String(text)
	squeezed := squeeze(text)
	dense := strings.Join(strings.Fields(text), "")
	return slices.ContainsFunc(c.squeezed, func(s string) bool { return strings.Contains(squeezed, s) }) ||
		slices.ContainsFunc(c.encoded, func(s string) bool { return strings.Contains(dense, s) })
}

// base64Forms returns what stays the same of a word's encoding at each of the
// three places where it can stand in a longer text.
func base64Forms(word string) []string {
	var forms []string
	for lead := range 3 {
		enc := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", lead) + word))
		enc = enc[(lead*8+5)/6:]
		if (lead+len(word))%3 != 0 {
			enc = enc[:len(enc)-1]
		}
		forms = append(forms, enc, strings.NewReplacer("+", "-", "/", "_").Replace(enc))
	}
	return forms
}

func squeeze(s string) string {
	return fold(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s))
}

func reverse(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func rot13(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return 'a' + (r-'a'+13)%26
		}
		return r
	}, s)
}

// echoWords is how many consecutive words of the prompt are an echo.
const echoWords = 8

// echo holds every run of echoWords words of the prompt.
type echo map[string]bool

func newEcho(prompt string) echo {
	e := echo{}
	for run := range runs(prompt) {
		e[run] = true
	}
	return e
}

func (e echo) in(text string) bool {
	if len(e) == 0 {
		return false
	}
	for run := range runs(text) {
		if e[run] {
			return true
		}
	}
	return false
}

// runs yields each run of echoWords words of s, in lower case.
func runs(s string) func(yield func(string) bool) {
	words := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
	return func(yield func(string) bool) {
		for i := 0; i+echoWords <= len(words); i++ {
			if !yield(strings.Join(words[i:i+echoWords], " ")) {
				return
			}
		}
	}
}
