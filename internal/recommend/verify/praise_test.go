package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestPraiseNeedsADeed lets a text say that something becomes better by what is
// done, and not that it is.
func TestPraiseNeedsADeed(t *testing.T) {
	for _, tc := range []struct {
		language, kind, text string
		sound                bool
	}{
		{"en", "reduce_concentration", "Selling part of {H1} makes the portfolio more stable: {F1}.", true},
		{"en", "reduce_concentration", "{H1} makes the portfolio more stable: {F1}.", false},
		{"en", "reduce_concentration", "{H1} brings stability: {F1}.", false},
		{"en", "raise_cash", "A larger reserve gives flexibility: {F1}.", true},
		{"en", "rebalance", "The target mix is {F1}.", true},
	} {
		got := checker(tc.language).Directed(tc.text, sidesOf(tc.kind), offered)
		if tc.sound != (got == nil) || !tc.sound && !slices.Contains(got, verify.ReasonClaim) {
			t.Errorf("%s %q: %v", tc.language, tc.text, got)
		}
	}
}
