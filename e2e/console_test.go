package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	submit = ".submit button"
	done   = `document.querySelector(".stages.done")`
)

// TestConsole goes from a portfolio to printed advice as a person does.
func TestConsole(t *testing.T) {
	t.Parallel()
	b := browse(t, localRaced(t, nil))
	b.prefer("light")
	if !strings.Contains(b.text(".origin"), "Emulator") {
		t.Errorf("nothing of the emulator: %q", b.text(".origin"))
	}
	if address := value[string](b, `location.href`); strings.Contains(address, "key") {
		t.Errorf("the key stays in the address %s", address)
	}
	b.accessible("before the first request")

	price := `[name="/portfolio/positions/0/price"]`
	b.fill(price, "250,5")
	b.wait(`document.querySelector('` + price + `').getAttribute("aria-invalid") === "true"`)
	if told := b.text(".faulty .fault"); !strings.Contains(told, "1234.50") {
		t.Errorf("of a decimal comma it says %q", told)
	}
	b.accessible("with a fault")
	b.fill(price, "250")
	b.wait(`!document.querySelector(".faulty")`)

	b.click(submit)
	b.wait(done)
	if told := b.text(".stage-now"); told != "The recommendations are here." {
		t.Errorf("a screen reader is told %q", told)
	}
	b.checkAdvice(t, "#advise")
	b.accessible("with advice")
	b.shoot("advise")
	b.prefer("dark")
	b.shoot("advise-dark")
	b.accessible("with advice, dark")
	b.prefer("light")
	b.checkPrint(t)
	b.checkFeedback(t)
	b.checkQuestion(t)
	for _, width := range []int64{360, 768, 3840, 1440} {
		b.size(width, 900)
	}
	b.checkSpend(t)
	b.checkRecords(t)
	b.checkLanguages(t)
	b.clean()
}

// checkFeedback accepts one action and dismisses another with a reason.
func (b *tab) checkFeedback(t *testing.T) {
	t.Helper()
	first, second := "#advise .card:nth-of-type(1) .feedback", "#advise .card:nth-of-type(2) .feedback"
	b.click(first + " button:nth-of-type(1)")
	b.wait(`document.querySelector("` + first + ` [aria-pressed=true]")`)
	b.click(second + " button:nth-of-type(2)")
	b.fill(second+" input", "The client keeps it.")
	b.click(second + " form button")
	b.wait(`document.querySelector("` + second + ` [aria-pressed=true]")`)
	if told := b.text(first) + b.text(second); !strings.Contains(told, "Accepted and recorded.") || !strings.Contains(told, "Dismissed and recorded.") {
		t.Errorf("told %q", told)
	}
	b.click(second + " button:nth-of-type(3)")
	b.click(second + " form button") // without words there is nothing to record
	b.fill(second+" input", "Half of it.")
	b.click(second + " form button")
	b.wait(`document.querySelector("` + second + ` [role=status]").textContent === "The change is recorded."`)
}

// checkQuestion asks what rules answer, and is told the figures behind it.
func (b *tab) checkQuestion(t *testing.T) {
	t.Helper()
	b.click("#advise .question .topics button:nth-of-type(2)")
	b.wait(`document.querySelector("#advise .question .answer")`)
	if n := value[int](b, `document.querySelectorAll("#advise .question .chip").length`); n == 0 || len(b.text("#advise .question .answer")) < 20 {
		t.Errorf("%d figures behind %q", n, b.text("#advise .question"))
	}
}

// checkSpend reads what the advice cost.
func (b *tab) checkSpend(t *testing.T) {
	t.Helper()
	cost := value[string](b, `[...document.querySelectorAll("#advise .stat dd")].map(e => e.firstChild.textContent).find(s => /^USD 0\.0/.test(s)) ?? "nothing"`)
	b.click(`nav a[href="#/spend"]`)
	b.wait(`document.querySelectorAll("#spend .chart").length === 3 && document.querySelector("#spend .timeline")`)
	if shown := b.text("#spend .bar-name"); shown != cost {
		t.Errorf("the advice cost %s, the budget shows %s", cost, shown)
	}
	if models := b.text("#spend > .panel:last-child"); !strings.Contains(models, "Claude 3 Haiku") || !strings.Contains(models, "1.25") {
		t.Errorf("the models are %s", models)
	}
	if all := b.text("#spend .totals"); !strings.Contains(all, cost) {
		t.Errorf("the advice cost %s, all clients together %s", cost, all)
	}
	b.accessible("spend")
	b.shoot("spend")
	b.size(360, 900)
	b.size(1440, 900)
}

// checkRecords opens the record of the advice by its link.
func (b *tab) checkRecords(t *testing.T) {
	t.Helper()
	b.click(`nav a[href="#/advise"]`)
	b.wait(`!document.querySelector("#advise").hidden`)
	b.click(".disclosures a")
	b.wait(`document.querySelectorAll("#records .card").length === 2`)
	b.wait(`document.activeElement.matches("#records h2")`) // it stands below the list
	b.checkAdvice(t, "#records")
	b.accessible("records")
	b.shoot("records")
	b.size(360, 900)
	b.fill("#record", "rec_none")
	b.click("#records .primary")
	b.wait(`document.querySelector("#records .trouble")`)
	b.size(1440, 900)
	b.run(`location.hash = "#/advise"`)
	b.wait(`!document.querySelector("#advise").hidden`)
}

// checkAdvice compares what a page shows with the canonical portfolio's answer.
func (b *tab) checkAdvice(t *testing.T, page string) {
	t.Helper()
	if got := b.text(page + " .stat.total dd"); strings.ReplaceAll(got, "\u00a0", " ") != "USD 100,000" {
		t.Errorf("total %q", got)
	}
	if n := value[int](b, `document.querySelectorAll("`+page+` .card").length`); n != 2 {
		t.Errorf("%d cards", n)
	}
	if card := b.text(page + " .card"); !strings.Contains(card, "AAPL") || !strings.Contains(card, "8,100") || !strings.Contains(card, "18.0%") {
		t.Errorf("the first card says %s", card)
	}
	if n := value[int](b, `document.querySelectorAll("`+page+` .chart svg.track").length`); n < 10 {
		t.Errorf("%d bars", n)
	}
	if without := value[int](b, `[...document.querySelectorAll("`+page+` .chart")].filter(c => c.querySelector("svg") && !c.querySelector("table")).length`); without != 0 {
		t.Errorf("%d charts without a table", without)
	}
	b.do("point at the evidence", chromedp.Focus(chromedp.CSS(page+" .card .chip")))
	b.wait(`document.querySelector("` + page + ` .facts li.lit code")?.textContent === document.querySelector("` + page + ` .card .chip").textContent`)
}

// checkPrint holds the printed report to be the server's.
func (b *tab) checkPrint(t *testing.T) {
	t.Helper()
	b.run(`window.printed = 0; new MutationObserver(() => {
		const frame = document.querySelector(".report-frame");
		if (frame) frame.addEventListener("load", () => { window.report = frame.contentDocument.body.innerText; window.styled = frame.contentDocument.styleSheets.length; });
	}).observe(document.body, {childList: true, subtree: true})`)
	b.click(".print button")
	b.wait(`window.report`)
	if text := value[string](b, `window.report`); !strings.Contains(text, "Portfolio report") || !strings.Contains(text, "AAPL") {
		t.Errorf("the report says %s", text)
	}
	if n := value[int](b, `window.styled`); n != 1 {
		t.Errorf("the report has %d style sheets", n)
	}
}

// checkLanguages reads the page's buttons in each language of the API.
func (b *tab) checkLanguages(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	for _, language := range []string{"de", "fr", "es", "it", "pt", "nl", "ja", "en"} {
		b.choose(".preferences select", language)
		b.wait(`document.documentElement.lang === "` + language + `"`)
		b.size(360, 900)
		seen[b.text(submit)] = true
	}
	if len(seen) != 8 {
		t.Errorf("the languages say %v", seen)
	}
}

// TestConsoleAnswersInThePagesLanguage asks without naming one, and reads every
// digit of a large total.
func TestConsoleAnswersInThePagesLanguage(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.choose(".preferences select", "de")
	b.wait(`document.documentElement.lang === "de"`)
	b.click(submit)
	b.wait(done)
	if title := b.text("#advise .card h3"); title == "" || strings.HasPrefix(title, "Reduce") {
		t.Errorf("a reader of German is answered %q", title)
	}
	b.drop(`{"portfolio": {"as_of": "2026-11-20", "base_currency": "JPY", "cash": [{"currency": "JPY", "amount": "123456789012345678"}]}}`)
	b.click(submit)
	b.wait(`document.querySelector("#advise .stat.total dd")?.textContent.startsWith("123.456.789.012.345.678")`)
	b.clean()
}

// TestConsoleForAuditors proves the chain and opens what the model was told,
// what it wrote and what the checks found.
func TestConsoleForAuditors(t *testing.T) {
	t.Parallel()
	server, _ := production(t, "5", "", "promise=1")
	a, _ := server.recommend(t, example(t, "p0.json", nil))
	repeat, _ := server.recommend(t, example(t, "p0.json", nil))
	server.stop(t)
	key, prefix, hash := newKey(t)
	replaceIn(t, envOf(server, "BALLAST_CONFIG"), "bedrock_quota:", "  - {name: audit, role: auditor, keys: [{prefix: "+prefix+", hash: "+hash+"}], limits: {requests_per_second: 1000}}\nbedrock_quota:")
	back := start(t, raced, "admin", server.cmd.Env)
	back.lines["key"] = key
	b := browse(t, back)
	b.prefer("light")
	b.click(`nav a[href="#/records"]`)
	b.wait(`document.querySelector("#records .search tbody button")`)
	b.click("#records .verify button")
	b.wait(`document.querySelector("#records .verify .tone-kept")`)
	b.choose("#by-kind", "feedback")
	b.click("#records .search form button")
	b.wait(`!document.querySelector("#records .search tbody")`)
	b.choose("#by-kind", "")
	b.click("#records .search form button")
	b.wait(`document.querySelector("#records .search tbody button")`)
	if id := b.text("#records .search tbody button"); id != repeat.ID {
		t.Errorf("record %s, want %s", id, repeat.ID)
	}
	b.click("#records .search tbody button")
	b.wait(`document.querySelector("#records .record a")?.textContent === "` + a.ID + `"`)
	b.click("#records .record a")
	b.wait(`document.querySelector("#records .outcome tbody button")?.textContent === "` + repeat.ID + `"`)
	b.wait(`document.querySelectorAll("#records .record .columns").length >= 1 && document.querySelectorAll("#records .card").length === 2`)
	for what, within := range map[string]string{"<facts>": "div:nth-child(1)", `{"s":`: "div:nth-child(2)", "promise": "div:nth-child(3)"} {
		if got := b.text("#records .record .columns > " + within); !strings.Contains(got, what) {
			t.Errorf("nothing of %s in %s", what, got)
		}
	}
	if n := value[int](b, `document.querySelectorAll(".feedback").length`); n != 0 {
		t.Errorf("an auditor is asked for feedback")
	}
	b.accessible("a record")
	b.shoot("journal")
	b.size(360, 900)
	b.clean()
}

// TestConsoleAsksOnlyWhatItsRoleMay on every page, with the key of a client.
func TestConsoleAsksOnlyWhatItsRoleMay(t *testing.T) {
	t.Parallel()
	server, _ := production(t, "5", "", "")
	b := browse(t, server)
	b.click(submit)
	b.wait(done)
	b.click("#advise .card .feedback button")
	b.wait(`document.querySelector("#advise [aria-pressed=true]")`)
	b.click(`nav a[href="#/spend"]`)
	b.wait(`document.querySelector("#spend .budgets")`)
	b.click(`nav a[href="#/batches"]`)
	b.wait(`document.querySelector("#batches")`)
	b.click(`nav a[href="#/records"]`)
	b.wait(`document.querySelector("#records .search tbody button")`)
	b.click("#records .search tbody button")
	b.wait(`document.querySelector("#records .card [aria-pressed=true]")`)
	if value[bool](b, `document.querySelector("#records .verify") !== null`) {
		t.Error("a client is offered the auditor's proof")
	}
	b.served()
	b.clean()
}

// envOf is the value of a variable of a process, the last one counts.
func envOf(p *process, name string) (v string) {
	for _, pair := range p.cmd.Env {
		if after, ok := strings.CutPrefix(pair, name+"="); ok {
			v = after
		}
	}
	return v
}

func replaceIn(t *testing.T, path, old, text string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(string(content), old, text, 1))
}
