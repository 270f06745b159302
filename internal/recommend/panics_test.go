package recommend_test

import (
	"errors"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

func TestPanicText(t *testing.T) {
	var none map[string]int
	recovered := func(f func()) (text string) {
		defer func() { text = recommend.PanicText(recover()) }()
		f()
		return ""
	}
	for want, f := range map[string]func(){
		"assignment to entry in nil map": func() { none["a"] = 1 },
		"a string":                       func() { panic("AAPL 180.00") },
		"a *errors.errorString":          func() { panic(errors.New("AAPL 180.00")) },
	} {
		if got := recovered(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
