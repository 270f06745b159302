package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestConsoleShowsWhatAReaderDecidesBy: what is advised before the detail, what
// it rests on in words, what all of it comes to, and bars that can be compared.
func TestConsoleShowsWhatAReaderDecidesBy(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.prefer("light")
	b.click(submit)
	b.wait(done)
	if !value[bool](b, `document.querySelector("#advise .card").getBoundingClientRect().top < document.querySelector("#advise .of-portfolio").getBoundingClientRect().top`) {
		t.Error("the advice stands below all charts")
	}
	if why := b.text("#advise .card .evidence"); !strings.Contains(why, "18.0 % of the portfolio") {
		t.Errorf("the advice rests on %q", why)
	}
	for card, want := range map[int]string{0: "Effect", 1: "Effect. The first of two figures is that after A1."} {
		label := fmt.Sprintf(`document.getElementById(document.querySelectorAll("#advise .card .impact")[%d].getAttribute("aria-labelledby")).innerText`, card)
		if got := value[string](b, label); got != want {
			t.Errorf("the figures of card %d are called %q, want %q", card, got, want)
		}
	}
	all := strings.ReplaceAll(b.text("#advise .plan"), "\u00a0", " ")
	for _, want := range []string{"USD 25,850.00", "USD 25,800.00", "25.9%", "taxable"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing of %s in %s", want, all)
		}
	}
	for _, width := range []int64{1440, 360} {
		b.size(width, 900)
		if n := value[int](b, `Math.max(...[...document.querySelectorAll("#advise .bars")].map(c => new Set([...c.querySelectorAll(".track")].map(s => Math.round(s.getBoundingClientRect().width))).size))`); n != 1 {
			t.Errorf("at %d px the rows of a chart have %d scales", width, n)
		}
	}
	b.accessible("what a reader decides by")
	b.clean()
}

// TestConsoleTellsMoneyAsMoney in trades and payments: with its currency and cents.
func TestConsoleTellsMoneyAsMoney(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.drop(string(example(t, "p0.json", func(doc map[string]any) {
		doc["portfolio"].(map[string]any)["liabilities"] = []any{map[string]any{"type": "credit_card", "balance": "4000.5", "interest_rate": "0.249"}}
	})))
	b.click(submit)
	b.wait(done)
	amounts := strings.Split(strings.ReplaceAll(value[string](b, `[...document.querySelectorAll("#advise .card [data-head=Amount]")].map(e => e.innerText).join("\n")`), "\u00a0", " "), "\n")
	if !slices.Contains(amounts, "USD 4,000.50") || len(amounts) < 2 { // a payment and a trade
		t.Errorf("the amounts are %q", amounts)
	}
	for _, amount := range amounts {
		if !regexp.MustCompile(`^USD [\d,]+\.\d\d$`).MatchString(amount) {
			t.Errorf("an amount of money is told as %q", amount)
		}
	}
	b.clean()
}

// TestConsoleCountsWhatIsLeftOut by the most recommendations that are asked for,
// on the page and in the printed report.
func TestConsoleCountsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.click(submit)
	b.wait(done)
	if value[bool](b, `document.querySelector("#advise .left-out") !== null`) {
		t.Error("nothing is left out, and the page speaks of it")
	}
	b.drop(string(example(t, "p0.json", func(doc map[string]any) { doc["options"] = map[string]any{"max_recommendations": 1} })))
	b.click(submit)
	b.wait(done + ` && document.querySelectorAll("#advise .card").length === 1`)
	if told := b.text("#advise .left-out"); !strings.Contains(told, "further actions: 1.") {
		t.Errorf("told %q", told)
	}
	b.accessible("with an action left out")
	b.checkPrint(t)
	if report := value[string](b, `window.report`); !strings.Contains(report, "limit leaves out: 1") {
		t.Errorf("the report says %s", report)
	}
	b.clean()
}

// TestConsoleTellsWhatADismissalTakesAway: the second advice spends what the first
// brings, and is not to be accepted without it.
func TestConsoleTellsWhatADismissalTakesAway(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.click(submit)
	b.wait(done)
	second := `document.querySelectorAll("#advise .card")[1]`
	if !value[bool](b, second+`.innerText.includes("assume that A1 is carried out first")`) {
		t.Error("the second advice does not say that it assumes the first")
	}
	b.click("#advise .card .feedback [data-outcome=dismissed]")
	b.click("#advise .card .feedback form button")
	b.wait(second + `.innerText.includes("A1 was dismissed")`)
	if !value[bool](b, second+`.querySelector(".feedback button").disabled`) {
		t.Error("the second advice can be accepted without the first")
	}
	if n := value[int](b, `document.querySelectorAll("#advise .card.dismissed").length`); n != 1 {
		t.Errorf("%d cards look dismissed", n)
	}
	for _, sums := range []string{"#advise .plan [role=status]", "#advise .proposed"} {
		if told := b.text(sums); !strings.Contains(told, "Not as proposed: A1.") {
			t.Errorf("%s: of sums with what was dismissed it says %q", sums, told)
		}
	}
	b.accessible("sums with what was dismissed")
	b.click("#advise .card .feedback button:nth-of-type(1)")
	b.wait(`!document.querySelector("#advise .proposed") && !document.querySelector("#advise .plan .notice")`)
	b.clean()
}

// TestConsoleMarksWhatIsChosen also where the system gives the colours.
func TestConsoleMarksWhatIsChosen(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}},
	}); err != nil {
		t.Fatal(err)
	}
	b.click(submit)
	b.wait(done)
	b.click("#advise .card .feedback button")
	b.wait(`document.querySelector("#advise [aria-pressed=true]")`)
	for chosen, other := range map[string]string{
		"#advise .chart .segments label.on": "#advise .chart .segments label:not(.on)", "#advise [aria-pressed=true]": "#advise [aria-pressed=false]",
		"nav a[aria-current]": "nav a:not([aria-current])", ".swatch.now": ".swatch.after",
	} {
		const colour = `getComputedStyle(document.querySelector(%q)).backgroundColor`
		if value[bool](b, fmt.Sprintf(colour+" === "+colour, chosen, other)) {
			t.Errorf("%s looks like %s", chosen, other)
		}
	}
	b.clean()
}

// TestConsoleNamesWhatTheTotalIsWithout when a holding has no exchange rate.
func TestConsoleNamesWhatTheTotalIsWithout(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.drop(string(example(t, "p0.json", func(doc map[string]any) {
		portfolio := doc["portfolio"].(map[string]any)
		portfolio["cash"] = append(portfolio["cash"].([]any), map[string]any{"currency": "CHF", "amount": "9000"})
		doc["options"] = map[string]any{"unconvertible_holdings": "exclude"}
	})))
	b.click(submit)
	b.wait(done)
	if told := b.text("#advise .excluded"); !strings.Contains(told, "CHF") || !strings.Contains(told, "exchange rate") {
		t.Errorf("told %q", told)
	}
	b.clean()
}

// TestConsoleNamesWhatIsAtFault in words, and leads to it also where the form
// has no field for it.
func TestConsoleNamesWhatIsAtFault(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.fill(`[name="/portfolio/as_of"]`, "2024-01-05")
	b.click(submit)
	b.wait(`document.querySelector("#advise .trouble") && document.querySelectorAll(".fault-list li").length === 4`)
	if told := b.text(".fault-list"); !strings.Contains(told, "AAPL: Price as of") || strings.Contains(told, "/portfolio") {
		t.Errorf("told %q", told)
	}
	if told := b.text("#advise .trouble"); strings.Contains(told, "see errors") {
		t.Errorf("a reader is sent to the answer's members: %q", told)
	}
	b.click(".fault-list li:nth-child(3) button")
	b.focused(`[name="/portfolio/positions/2/price_as_of"]`)
	b.drop(`{"portfolio": {"positons": []}}`)
	b.wait(`[...document.querySelectorAll(".fault-list button")].some(e => e.title === "/portfolio/positons")`)
	b.click(`.fault-list button[title="/portfolio/positons"]`)
	b.wait(`document.querySelector("#source")`)
	b.clean()
}
