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

// Every language knows what is plainly asked of trades, their outcome and taxes
// and of the largest holding, and what figures are asked for beside.
func TestTopicsOfThePlan(t *testing.T) {
	topics := []string{TopicTrades, TopicResult, TopicTaxes, TopicLargest}
	for lang, asks := range map[string][5]string{
		"en": {"How much AAPL do I sell?", "What would I own after all steps?", "What happens to my taxes?", "What is my largest position?", "What is my net worth?"},
		"de": {"Wie viel AAPL verkaufe ich?", "Was habe ich nach allen Schritten?", "Wie viel Steuern zahle ich?", "Was ist meine größte Position?", "Wie hoch ist mein Nettovermögen?"},
		"fr": {"Combien d’AAPL dois-je vendre ?", "Qu’aurai-je après toutes les étapes ?", "Combien d’impôts dois-je payer ?", "Quelle est ma position la plus importante ?", "Quelle est ma valeur nette ?"},
		"es": {"¿Cuántas AAPL vendo?", "¿Qué tendré después?", "¿Cuántos impuestos pago?", "¿Cuál es mi mayor posición?", "¿Cuál es mi patrimonio neto?"},
		"it": {"Quante AAPL vendo?", "Che cosa avrò dopo?", "Quante tasse pago?", "Qual è la mia posizione più grande?", "Qual è il mio patrimonio netto?"},
		"pt": {"Quantas AAPL vendo?", "O que terei depois?", "Quanto imposto pago?", "Qual é a minha maior posição?", "Qual é o meu património líquido?"},
		"nl": {"Hoeveel AAPL verkoop ik?", "Wat heb ik daarna?", "Hoeveel belasting betaal ik?", "Wat is mijn grootste positie?", "Wat is mijn nettovermogen?"},
		"ja": {"AAPLを何株売りますか。", "すべての取引の後はどうなりますか。", "税金はいくらですか。", "最大の銘柄は何ですか。", "純資産はいくらですか。"},
	} {
		r := New(Config{Language: lang, Result: p0(t, moderate())})
		for i, want := range topics {
			if got := r.TopicOf(asks[i]); got != want {
				t.Errorf("%s: %q is taken for %q, want %q", lang, asks[i], got, want)
			}
		}
		figure := r.Figures(asks[4], nil)
		if topic := r.TopicOf(asks[4]); topic != "" || len(figure.Evidence) != 1 || r.result.Fact(figure.Evidence[0]).Code != analysis.FactNetWorth {
			t.Errorf("%s: %q is taken for %q and told by %+v", lang, asks[4], topic, figure)
		}
	}
}

// TestRepaymentIsAsked wants what is repaid to be among the steps that are asked for.
func TestRepaymentIsAsked(t *testing.T) {
	for lang, question := range map[string]string{
		"en": "How much do I repay?", "de": "Wie viel zahle ich zurück?", "fr": "Combien dois-je rembourser ?", "es": "¿Cuánto reembolso?",
		"it": "Quanto devo rimborsare?", "pt": "Quanto devo quitar?", "nl": "Hoeveel los ik af?", "ja": "いくら返済しますか。",
	} {
		if got := New(Config{Language: lang}).TopicOf(question); got != TopicTrades {
			t.Errorf("%s: %q is taken for %q", lang, question, got)
		}
	}
}

// TestRealisedGainsAreAsked wants the gains of the sales, not those of everything held.
func TestRealisedGainsAreAsked(t *testing.T) {
	for lang, questions := range map[string][2]string{
		"en": {"Which gains would I realise?", "What does it cost in taxes?"}, "de": {"Welche Gewinne realisiere ich?", "Was kostet das an Steuern?"},
		"fr": {"Quelles plus-values vais-je réaliser ?", "Combien ça coûte en impôts ?"},
		"es": {"¿Qué ganancias realizaría?", "¿Cuánto cuesta en impuestos?"}, "it": {"Quali plusvalenze realizzerei?", "Quanto costa in tasse?"},
		"pt": {"Que ganhos realizaria?", "Quanto custa em impostos?"}, "nl": {"Welke winst realiseer ik?", "Wat kost het aan belasting?"},
		"ja": {"実現する利益はいくらですか。", "税金でいくらかかりますか。"},
	} {
		for _, question := range questions {
			if got := New(Config{Language: lang}).TopicOf(question); got != TopicTaxes {
				t.Errorf("%s: %q is taken for %q", lang, question, got)
			}
		}
	}
	if got := New(Config{Language: "en"}).TopicOf("What are my unrealised gains?"); got != "" {
		t.Errorf("what is held is taken for %q", got)
	}
}

// TestCostsSayOfWhich wants each of several steps to be named before what it costs.
func TestCostsSayOfWhich(t *testing.T) {
	res := p0(t, moderate())
	for _, l := range Languages() {
		r := New(Config{Language: l, Audience: "client", Result: res})
		text := r.Reply(TopicCost, res.Actions).Text
		for _, a := range res.Actions {
			if !strings.Contains(text, r.Title(a)) || strings.Contains(r.Reply(TopicCost, []analysis.Action{a}).Text, r.Title(a)) {
				t.Errorf("%s: %q of %s", l, text, a.ID)
			}
		}
	}
}

// TestOtherQuestionsAreNotOfThePlan although they have its words.
func TestOtherQuestionsAreNotOfThePlan(t *testing.T) {
	r := New(Config{Language: "en"})
	for question, want := range map[string]string{
		"Should I buy Bitcoin?": "", "What is the largest sector?": "", "Why do I sell AAPL?": TopicWhy,
		"How much would I lose if I sell?": "", "Is my IRA tax deferred?": "",
	} {
		if got := r.TopicOf(question); got != want {
			t.Errorf("%q is taken for %q, want %q", question, got, want)
		}
	}
}
