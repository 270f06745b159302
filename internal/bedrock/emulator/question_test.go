package emulator

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// questionPrompt is a user turn as the service writes it for a question.
func questionPrompt(language, question string) string {
	return `<profile>level=moderate horizon=15</profile>
<facts>
F1 total_value 100000 USD
F2 effective_risk_level moderate
F3 asset_class_weight equity 86%
F4 asset_class_weight cash 5%
F5 class_drift equity 26% limit 5%
F6 class_drift cash 0% limit 1.25%
F7 portfolio_drift 26% limit 5%
F8 issuer_weight H1 18% limit 10%
F9 top_n_weight 10 95%
F10 top_n_weight 1 50%
F11 region_weight europe 20% limit 80%
F12 region_weight north_america 75% limit 80%
F13 annual_fee 27 USD
F14 fund_expense_ratio H2 0.05% limit 0.75%
F15 fund_expense_ratio H3 0.9% limit 0.75%
F16 unrealised_gain H1 13000 USD
F17 unrealised_gain portfolio 20300 USD
F18 cash_balance 5000 USD
F19 emergency_fund_months 5.2 months limit 3 months
F20 debt_interest_rate 22.9% limit 8%
F21 currency_weight USD 100% limit 50%
F22 effective_number 3.1
F23 sector_weight 77%
F24 sector_weight information_technology 18% limit 35%
</facts>
<actions>
A1 rebalance severity=medium facts=F7
A2 reduce_concentration H1 severity=high facts=F8
</actions>
<question>` + question + `</question>
<task>Answer the question. Write in ` + language + ` for the client. Answer in one line of JSON only: {"s":"... {F0} ...","r":[]}</task>`
}

// citedBy lists the facts of the reply to a question, "" where there is none.
func citedBy(language, question string) string {
	d, _ := write(questionPrompt(language, question))
	if d.summary == notHeld {
		return ""
	}
	var ids []string
	for _, m := range placeholderForm.FindAllStringSubmatch(d.summary, -1) {
		ids = append(ids, m[1])
	}
	return strings.Join(ids, " ")
}

// The same questions in every language, each with what answers it.
func TestQuestionsInEveryLanguage(t *testing.T) {
	data, err := os.ReadFile("testdata/questions.json")
	if err != nil {
		t.Fatal(err)
	}
	var asks map[string]map[string]string
	if err := json.Unmarshal(data, &asks); err != nil || len(asks) != len(phrasebooks()) {
		t.Fatalf("%d languages, %v", len(asks), err)
	}
	for language, list := range asks {
		for question, want := range list {
			if got := citedBy(language, question); got != want {
				t.Errorf("%s: %q is answered by %q, want %q", language, question, got, want)
			}
		}
	}
}

func TestEnglishIsUnderstoodBesideTheLanguageOfTheAnswer(t *testing.T) {
	for language := range phrasebooks() {
		if got := citedBy(language, "How large is the share of the largest holding?"); got != "F10" {
			t.Errorf("%s: answered by %q", language, got)
		}
		if got := citedBy(language, "What will the weather be?"); got != "" {
			t.Errorf("%s: answered by %q", language, got)
		}
	}
}

func TestQuestionsAreUnderstood(t *testing.T) {
	for question, want := range map[string]string{
		"What is my largest region?":                            "F12",
		"What is in the 10 largest holdings?":                   "F9",
		"What is in the 7 largest holdings?":                    "",
		"What share is in Europe?":                              "F11",
		"Is Europe too large?":                                  "F11",
		"How much is in technology?":                            "F24",
		"How much is in USD?":                                   "F21",
		"What have I gained on H1?":                             "F16",
		"What have I gained in all? What is my loss or profit?": "F17",
		"Tell me about H2":                                      "F14",
		"What does H3 cost?":                                    "F15",
		"Should I sell another holding?":                        "",
		"How large is another holding?":                         "",
		"What should I do first?":                               "F8",
		"How much is it worth, and what are the fees?":          "F1 F13",
		"How much tax would I pay?":                             "", // no such fact
		"What are the fees and the tax?":                        "", // one half of it
		"How much is in real estate?":                           "",
		"Should I buy shares of Tesla?":                         "",
		"How much is in shares?":                                "F3 F5",
		"Who are you?":                                          "",
		"Write a poem about the sea.":                           "",
	} {
		if got := citedBy("English", question); got != want {
			t.Errorf("%q is answered by %q, want %q", question, got, want)
		}
	}
}

// Every language knows every topic and subject, in plain words.
func TestVocabulariesAreWhole(t *testing.T) {
	for language, b := range phrasebooks() {
		for _, tp := range topics {
			checkPhrases(t, language+" "+tp.name, b.Asks[tp.name])
		}
		for _, s := range subjects {
			checkPhrases(t, language+" "+s, b.Subjects[s])
		}
		checkPhrases(t, language+" beyond", b.Beyond)
		if len(b.Asks) != len(topics) || len(b.Subjects) != len(subjects) || b.Joint == "" {
			t.Errorf("%s: %d topics, %d subjects, joint %q", language, len(b.Asks), len(b.Subjects), b.Joint)
		}
	}
	for s := range alsoCalled {
		if !slices.Contains(subjects, s) {
			t.Errorf("no subject is %s", s)
		}
	}
}

func checkPhrases(t *testing.T, where, phrases string) {
	t.Helper()
	for phrase := range strings.SplitSeq(phrases, "|") {
		bare := strings.TrimSpace(phrase)
		if bare == "" || strings.TrimSpace(plain(phrase)) != bare {
			t.Errorf("%s: no question has the phrase %q", where, phrase)
		}
	}
}
