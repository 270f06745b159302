package emulator

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTokensAreAsDenseAsMeasured(t *testing.T) {
	facts := strings.Repeat("F2 issuer_weight H1 14.9% limit 10%\nF7 class_drift equity 26% limit 5%\n", 10)
	prose := strings.Repeat("The mix of asset classes has moved away from the target, and this step brings it back. ", 10)
	for name, tc := range map[string]struct {
		text      string
		low, high float64 // bytes for each token
	}{
		"facts":    {facts, 1.9, 2.9},
		"prose":    {prose, 3.5, 5},
		"tickers":  {"AAPL MSFT GOOGL VTI BND", 1.3, 2.3},
		"japanese": {"ポートフォリオは多くの点で投資家の属性に沿っています", 2.4, 3.1},
	} {
		if got := float64(len(tc.text)) / float64(countTokens(tc.text)); got < tc.low || got > tc.high {
			t.Errorf("%s: %.2f bytes for each token", name, got)
		}
	}
}

func TestTokensNeverExceedBytesAndCutsCountWhatTheyKeep(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9 .,{}"é日%\n-]{0,200}`)).Draw(rt, "text")
		n := rapid.IntRange(0, 50).Draw(rt, "n")
		total := countTokens(s)
		if total > len(s) {
			rt.Fatalf("%d tokens in %d bytes", total, len(s))
		}
		cut := cutTokens(s, n)
		if !strings.HasPrefix(s, cut) || countTokens(cut) != min(n, total) {
			rt.Fatalf("cut at %d of %d gives %d tokens: %q", n, total, countTokens(cut), cut)
		}
	})
}
