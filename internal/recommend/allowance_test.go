package recommend

import (
	"testing"

	"pgregory.net/rapid"
)

// written is an answer of so many tokens.
func written(tokens int, stop string) ModelAnswer {
	return ModelAnswer{StopReason: stop, Usage: &TokenUsage{OutputTokens: tokens}}
}

// TestAllowances follow the longest answers of a kind, and trust them less each
// time that cuts one.
func TestAllowances(t *testing.T) {
	var a allowances
	kind := answerKind{language: "en"}
	const most = 400
	want := func(when string, n int) {
		t.Helper()
		if got := a.allow(kind, most); got != n {
			t.Errorf("%s: %d, want %d", when, got, n)
		}
	}
	answers := func(n, tokens int) {
		t.Helper()
		for range n {
			if a.learn(kind, most, a.allow(kind, most), written(tokens, "end_turn")) {
				t.Error("a whole answer counts as cut")
			}
		}
	}
	want("at first", most)
	answers(1, 120)
	answers(allowAfter-2, 80)
	want("with too few answers", most)
	answers(1, 80)
	want("with enough", 150)
	answers(1, 150)
	want("a longer one", 188)
	answers(1, most)
	want("never more than what is enough", most)
	answers(allowFrom, 100)
	want("as long as it is among the last", most)
	answers(allowFrom, 100)
	want("and no longer", 125)
	if other := (answerKind{language: "de"}); a.allow(other, 600) != 600 {
		t.Error("another kind is taken for this one")
	}

	for range 2 { // at the same time
		if !a.learn(kind, most, 125, written(125, stopMaxTokens)) {
			t.Error("an answer that was cut")
		}
	}
	want("after one was cut", most)
	answers(2*allowAfter-1, 100)
	want("with enough for a kind that was never cut", most)
	answers(1, 100)
	want("with twice as many", 125)
	if a.learn(kind, most, most, written(most, stopMaxTokens)) {
		t.Error("an answer that has all the room there is was not cut for the want of it")
	}
	if a.learn(kind, most, 125, ModelAnswer{StopReason: stopMaxTokens}) {
		t.Error("an answer whose length is not known says nothing")
	}
}

// TestAllowancesAreLimits: positive, and never above what is enough.
func TestAllowancesAreLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a allowances
		for range rapid.IntRange(0, 100).Draw(t, "answers") {
			k := answerKind{language: rapid.SampledFrom([]string{"en", "ja"}).Draw(t, "language")}
			most := rapid.IntRange(1, maxOutputTokens).Draw(t, "most")
			asked := a.allow(k, most)
			if asked < 1 || asked > most {
				t.Fatalf("%d of %d", asked, most)
			}
			stop := rapid.SampledFrom([]string{"end_turn", stopMaxTokens}).Draw(t, "stop")
			a.learn(k, most, asked, written(rapid.IntRange(0, asked).Draw(t, "tokens"), stop))
		}
	})
}
