package emulator

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"ballast.internal/ballast/internal/golden"
)

// reportPrompt is a user turn as the service writes it.
func reportPrompt(language string) string {
	return `<profile>level=moderate horizon=15 objectives=growth liquidity=low audience=client</profile>
<facts>
F3 issuer_weight H1 18% limit 10%
F7 class_drift equity 26%
F9 excess_cash 4200 USD
others 2 holdings
</facts>
<actions>
A1 rebalance severity=medium facts=F7
A2 reduce_concentration H1 severity=high facts=F3,F7
A3 invest_cash severity=low facts=F9
A4 reduce_fees H2 severity=medium facts=F7
</actions>
<task>Put every action in r once. Write in ` + language + ` for the client, without jargon. Answer with one line of JSON and nothing else: {"s":"...","r":[["A0",["F0"],"... {F0} ..."]]}</task>`
}

func TestReportsInEveryLanguage(t *testing.T) {
	if len(phrasebooks()) != 8 {
		t.Fatalf("%d languages", len(phrasebooks()))
	}
	for _, language := range slices.Sorted(maps.Keys(phrasebooks())) {
		t.Run(language, func(t *testing.T) {
			d, _ := write(reportPrompt(language))
			got := d.object() + "\n"
			golden.Check(t, got, "testdata", "report_"+strings.ToLower(language)+".golden")
		})
	}
}

func TestReportKeepsToItsBrief(t *testing.T) {
	for language := range phrasebooks() {
		d, _ := write(reportPrompt(language))
		var order []string
		for _, it := range d.items {
			order = append(order, it.action)
			allowed := map[string][]string{"A1": {"{F7}"}, "A2": {"{F3}", "{H1}"}, "A3": {"{F9}"}, "A4": {"{F7}", "{H2}"}}[it.action]
			for _, p := range regexp.MustCompile(`\{[^}]*\}`).FindAllString(it.text, -1) {
				if !slices.Contains(allowed, p) {
					t.Errorf("%s: %s cites %s", language, it.action, p)
				}
			}
			if want := strings.Trim(allowed[0], "{}"); !slices.Equal(it.facts, []string{want}) || !strings.Contains(it.text, allowed[0]) {
				t.Errorf("%s: %s cites %v in %q", language, it.action, it.facts, it.text)
			}
		}
		if !slices.Equal(order, []string{"A2", "A1", "A4", "A3"}) {
			t.Errorf("%s: order %v", language, order)
		}
	}
}

// TestOpeningsSayNothingOfTheFit since the same are written of every portfolio.
func TestOpeningsSayNothingOfTheFit(t *testing.T) {
	compares := regexp.MustCompile(`compar|vergleich|vergelijk|confront|比較|照らして`)
	for language, b := range phrasebooks() {
		for _, s := range b.Open {
			if !compares.MatchString(s) {
				t.Errorf("%s: %q does more than to say what is compared", language, s)
			}
		}
	}
}

// words that would make a checker reject what the emulator writes.
var forbidden = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:one|two|three|first|second|half|third|double|twice|single|zero|will|must|always|never|guarantee\w*|now|today|immediately|zwei|drei|erste\w*|halb\w*|einzig\w*|einzeln\w*|garant\w*|sofort|deux|trois|moitié|premier|dos|tres|mitad|primero|due|tre|metà|primo|dois|duas|três|metade|primeiro|twee|drie|helft|eerste)(?:[^\pL]|$)|[一二三四五六七八九十百千万零半]`)

func TestPhrasesAreFitForEveryCheck(t *testing.T) {
	for language, b := range phrasebooks() {
		all := map[string][]string{"hello": b.Hello, "open": b.Open, "notable": b.Notable, "evidence": b.Evidence, "evidence_holding": b.EvidenceHolding, "reply": b.Reply}
		for theme, list := range b.Why {
			all["why "+theme] = list
		}
		for _, theme := range append([]string{themeOther}, themeNames()...) {
			if !slices.ContainsFunc(b.Why[theme], func(s string) bool { return !strings.Contains(s, "{") }) {
				t.Errorf("%s: nothing to say about %s without a holding", language, theme)
			}
		}
		for where, list := range all {
			if len(list) < 2 {
				t.Errorf("%s: %s has too few sentences", language, where)
			}
			for _, s := range list {
				checkPhrase(t, language+" "+where, s)
			}
		}
	}
}

func themeNames() []string {
	var names []string
	for _, t := range themes {
		names = append(names, t.theme)
	}
	return names
}

func checkPhrase(t *testing.T, where, s string) {
	t.Helper()
	plain := strings.NewReplacer("{F}", "", "{H}", "").Replace(s)
	if strings.ContainsAny(plain, "{}<>*_`") || strings.ContainsFunc(plain, unicode.IsNumber) {
		t.Errorf("%s: %q has markup, digits or an unknown placeholder", where, s)
	}
	if m := forbidden.FindString(plain); m != "" {
		t.Errorf("%s: %q says %q", where, s, m)
	}
	wantsFact := strings.HasSuffix(where, "notable") || strings.HasSuffix(where, "reply") || strings.Contains(where, "evidence")
	if strings.Contains(s, "{F}") != wantsFact || strings.HasSuffix(where, "evidence_holding") != strings.Contains(s, "{H}") && wantsFact {
		t.Errorf("%s: %q has the wrong placeholders", where, s)
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, "。") {
		t.Errorf("%s: %q does not end", where, s)
	}
}

func TestSameRequestSameAnswerOtherRequestOtherWords(t *testing.T) {
	texts := map[string]bool{}
	for i := range 20 {
		prompt := strings.Replace(reportPrompt("English"), "4200", strings.Repeat("4", i+1), 1)
		a, _ := write(prompt)
		b, _ := write(prompt)
		if a.object() != b.object() {
			t.Fatal("the same prompt got two answers")
		}
		texts[a.object()] = true
	}
	if len(texts) < 5 {
		t.Errorf("20 prompts got %d answers", len(texts))
	}
}

func TestAnswersKeepTheRequestsLimits(t *testing.T) {
	d, _ := write(reportPrompt("English"))
	full := d.object()
	forced := &tool{name: "submit_report", fields: []string{"r", "s"}}
	user := turn{roleUser, "x"}
	request := func(change func(*invocation)) *invocation {
		in := &invocation{maxTokens: 4096, turns: []turn{user}}
		change(in)
		return in
	}
	tests := map[string]struct {
		in   *invocation
		text string
		stop string
	}{
		"whole":         {request(func(*invocation) {}), full, stopEnd},
		"prefill":       {request(func(in *invocation) { in.turns = append(in.turns, turn{roleAssistant, `{"s"`}) }), full[4:], stopEnd},
		"other prefill": {request(func(in *invocation) { in.turns = append(in.turns, turn{roleAssistant, "No"}) }), full, stopEnd},
		"stop":          {request(func(in *invocation) { in.stops = []string{"zzz", `"r"`, `"A2"`} }), full[:strings.Index(full, `"r"`)], stopSequence},
		"max tokens":    {request(func(in *invocation) { in.maxTokens = 7 }), cutTokens(full, 7), stopMaxTokens},
		"stop too late": {request(func(in *invocation) { in.maxTokens, in.stops = 7, []string{`"A2"`} }), cutTokens(full, 7), stopMaxTokens},
		"tool":          {request(func(in *invocation) { in.forced = forced }), full, stopTool},
		"tool cut off":  {request(func(in *invocation) { in.forced, in.maxTokens = forced, 90 }), "{}", stopMaxTokens},
		"unknown tool":  {request(func(in *invocation) { in.forced = &tool{name: "x"} }), "{}", stopTool},
	}
	for name, tc := range tests {
		a := finish(tc.in, d)
		text := a.text
		if a.tool != nil {
			text = string(a.tool.input)
		}
		if text != tc.text || a.stopReason != tc.stop || a.out > tc.in.maxTokens {
			t.Errorf("%s: %s after %d tokens: %q", name, a.stopReason, a.out, text)
		}
	}
}

func TestAnswerIsOneLineOfJSON(t *testing.T) {
	d, _ := write(reportPrompt("German"))
	var parsed struct {
		S string
		R [][]any
	}
	if err := json.Unmarshal([]byte(d.object()), &parsed); err != nil || len(parsed.R) != 4 || strings.Contains(d.object(), "\n") {
		t.Errorf("%v in %s", err, d.object())
	}
}

func TestKindsHaveTheirThemes(t *testing.T) {
	for kind, want := range map[string]string{
		"raise_cash": "reserve", "pay_down_debt": "debt", "reduce_concentration": "concentration", "deploy_cash": "cash",
		"rebalance": "rebalance", "replace_costly_fund": "cost", "harvest_losses": "tax", "lower_risk": themeOther,
	} {
		if got := themeOf(kind); got != want {
			t.Errorf("%s is about %s, want %s", kind, got, want)
		}
	}
}

// A summary begins with value and level where the prompt has them, as its task asks.
func TestSummaryOpensWithValueAndLevel(t *testing.T) {
	for language := range phrasebooks() {
		prompt := strings.Replace(reportPrompt(language), "<facts>\n", "<facts>\nF91 total_value 100000 USD\nF92 effective_risk_level moderate\n", 1)
		d, _ := write(prompt)
		opening, _, _ := strings.Cut(d.summary, ".")
		if !strings.Contains(opening, "{F91}") || !strings.Contains(opening, "{F92}") {
			t.Errorf("%s: %q", language, d.summary)
		}
	}
}
