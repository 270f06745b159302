package wording

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

// Every language knows the three topics in a reader's usual words, and takes no
// other question for one of them.
func TestTopicOf(t *testing.T) {
	for lang, asks := range map[string][4]string{
		"en": {"Why this?", "What if I do nothing?", "How much does it cost?", "How large is my cash share?"},
		"de": {"Warum das?", "Was, wenn ich nichts tue?", "Was kostet das?", "Wie hoch ist mein Cash-Anteil?"},
		"fr": {"Pourquoi cela ?", "Et si je ne fais rien ?", "Combien ça coûte ?", "Quelle est ma part de liquidités ?"},
		"es": {"¿Por qué esto?", "¿Y si no hago nada?", "¿Qué coste tiene?", "¿Qué parte es efectivo?"},
		"it": {"Perché questo?", "E se non faccio nulla?", "Quanto costa?", "Quanta liquidità ho?"},
		"pt": {"Porquê isto?", "E se não fizer nada?", "Quanto custa?", "Qual é a parte em dinheiro?"},
		"nl": {"Waarom dit?", "Wat als ik niets doe?", "Wat kost het?", "Hoe groot is mijn kasgeld?"},
		"ja": {"なぜですか?", "何もしない場合は?", "費用はいくらかかりますか?", "現金の割合は?"},
	} {
		r := New(Config{Language: lang})
		for i, want := range []string{TopicWhy, TopicInaction, TopicCost, ""} {
			if got := r.TopicOf(asks[i]); got != want {
				t.Errorf("%s: %q is taken for %q, want %q", lang, asks[i], got, want)
			}
		}
		if r.NotInData().Text == "" || r.NotAsked().Text == "" || r.Reply(TopicWhy, nil).Text == "" {
			t.Errorf("%s has no words", lang)
		}
	}
	if got := New(Config{Language: "en"}).TopicOf("Why? And what if I do nothing?"); got != "" {
		t.Errorf("two topics are taken for %q", got)
	}
}

// TestInactionTellsWhatRemains wants the holding named and the reason told, for
// a bare figure says of nothing what it is.
func TestInactionTellsWhatRemains(t *testing.T) {
	res := p0(t, moderate())
	for _, l := range Languages() {
		r := New(Config{Language: l, Audience: "client", Result: res})
		a := analysis.Action{Kind: analysis.ActionReduceConcentration, Subject: "AAPL", Trigger: "F13"}
		got := r.Reply(TopicInaction, []analysis.Action{a})
		if !strings.Contains(got.Text, r.Reason(a)) || !strings.Contains(got.Text, "AAPL") || got.Text == r.Reason(a) {
			t.Errorf("%s: %q", l, got.Text)
		}
		if len(got.Evidence) != 1 || got.Evidence[0] != "F13" {
			t.Errorf("%s: evidence %v", l, got.Evidence)
		}
	}
}
