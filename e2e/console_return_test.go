package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// adviseAt gets advice at each price of the first position.
func (b *tab) adviseAt(prices ...string) {
	for _, price := range prices {
		b.fill(`[name="/portfolio/positions/0/price"]`, price)
		b.click(submit)
		b.wait(done)
	}
}

// TestConsoleStepsBackThroughRecords as through pages.
func TestConsoleStepsBackThroughRecords(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.adviseAt("250", "260")
	b.click(`nav a[href="#/records"]`)
	b.wait(`document.querySelectorAll("#records .search tbody tr").length === 2`)
	const shown = `document.querySelector("#records .disclosures code")?.textContent`
	ids := make([]string, 2)
	for i := range ids {
		row := fmt.Sprintf("#records .search tbody tr:nth-child(%d) button", i+1)
		ids[i] = b.text(row)
		b.click(row)
		b.wait(shown + ` === "` + ids[i] + `"`)
	}
	b.run(`history.back()`)
	b.wait(shown + ` === "` + ids[0] + `"`)
	b.run(`history.back()`)
	b.wait(`location.hash === "#/records" && !document.querySelector("#records .disclosures") && document.querySelector("#record").value === ""`)
	b.run(`history.forward()`)
	b.wait(shown + ` === "` + ids[0] + `"`)
	b.clean()
}

// TestConsoleShowsTheAnswerAgain when the page is loaded anew, and still tells
// whether it is of what stands in the editor.
func TestConsoleShowsTheAnswerAgain(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	const (
		id       = `document.querySelector("#advise .disclosures code")?.textContent`
		outdated = `document.querySelector("#advise .outdated")`
		price    = `[name="/portfolio/positions/0/price"]`
	)
	b.fill(price, "240")
	b.click(submit)
	b.wait(done)
	answer := value[string](b, id)
	reload := func() {
		t.Helper()
		b.do("load the page anew", chromedp.Reload())
		b.wait(id + ` === "` + answer + `" && document.querySelector('` + price + `')`)
	}
	reload()
	if value[bool](b, outdated+` !== null`) {
		t.Error("the same answer beside the same portfolio is said to be outdated")
	}
	b.fill(price, "")
	b.press("241")
	b.wait(outdated)
	reload()
	b.wait(outdated + ` && document.querySelector('` + price + `').value === "241"`)

	b.size(360, 900) // the portfolio stands above the answer
	b.do("load the page anew", chromedp.Reload())
	b.wait(id + ` === "` + answer + `" && document.querySelector(".toggle[aria-expanded=false]")`)
	b.size(1440, 900)
	b.run(`sessionStorage.setItem("ballast-answer", '{"id": "rec_none", "outdated": false}')`)
	b.do("load the page anew", chromedp.Reload())
	b.wait(`document.querySelector("#advise .welcome")`) // nothing is said of an answer that is no longer kept
	b.click(".bar > .quiet")
	b.wait(`document.querySelector("main.gate") && !Object.keys(sessionStorage).some(k => /key|draft|answer/.test(k))`)
	b.clean()
}

// TestConsoleTakesUpTheRequestAgain that a reload has left, and does not pay for
// it twice.
func TestConsoleTakesUpTheRequestAgain(t *testing.T) {
	t.Parallel()
	server, _ := production(t, "5", "", "latency=2s")
	b := browse(t, server)
	b.fill(`[name="/portfolio/positions/0/price"]`, "243")
	b.click(submit)
	b.wait(`document.querySelector(".chart")`)
	awaitCall(t, server, "frontend")
	b.do("load the page anew", chromedp.Reload())
	b.wait(`document.querySelector(".stages.running")`)
	b.wait(done)
	if value[bool](b, `document.querySelector("#advise .outdated") !== null`) {
		t.Error("the answer is said to be of another portfolio")
	}
	b.do("load the page anew", chromedp.Reload())
	b.wait(`document.querySelector("#advise .disclosures") && !sessionStorage.getItem("ballast-asked")`)
	if n := server.metric(t, `ballast_bedrock_attempt_duration_seconds_count{model="anthropic.claude-3-haiku-20240307-v1:0"}`); n != "1" {
		t.Errorf("the model was asked %s times", n)
	}
	b.clean()
}

// TestConsoleShowsWhatWasRecorded of an action on every page, after a reload and to
// whoever has a key of the client, with the reason and what follows from it.
func TestConsoleShowsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	server := local(t, nil)
	b := browse(t, server)
	b.click(submit)
	b.wait(done)
	b.click("#advise .card:nth-of-type(1) .feedback button:nth-of-type(1)")
	const pressed = ` .card:nth-of-type(1) .feedback button:nth-of-type(%d)[aria-pressed=true]")`
	b.wait(fmt.Sprintf(`document.querySelector("#advise`+pressed, 1))
	b.do("load the page anew", chromedp.Reload())
	b.wait(fmt.Sprintf(`document.querySelector("#advise`+pressed, 1))
	b.click(".disclosures a")
	b.wait(fmt.Sprintf(`document.querySelector("#records`+pressed, 1))
	b.click("#records .card:nth-of-type(1) .feedback button:nth-of-type(2)")
	b.fill("#records .card:nth-of-type(1) .feedback input", "Kept for the family.")
	b.click("#records .card:nth-of-type(1) .feedback form button")
	b.wait(fmt.Sprintf(`document.querySelector("#records`+pressed, 2))
	b.click(`nav a[href="#/advise"]`)
	b.wait(fmt.Sprintf(`document.querySelector("#advise`+pressed, 2))
	if n := value[int](b, `document.querySelectorAll("#advise [aria-pressed=true]").length`); n != 1 {
		t.Errorf("%d outcomes are shown", n)
	}
	b.click(".bar > .quiet")
	b.wait(`document.querySelector("main.gate") && Object.keys(sessionStorage).length === 0`)
	b.clean()
	checkDecided(t, server)
}

// checkDecided opens the record from the history in a browser that knows nothing
// of it.
func checkDecided(t *testing.T, server *process) {
	t.Helper()
	b := browse(t, server)
	b.click(`nav a[href="#/records"]`)
	b.wait(`document.querySelector("#records .search tbody button")`)
	b.click("#records .search tbody button")
	b.wait(`document.querySelector("#records .card .feedback [data-outcome=dismissed][aria-pressed=true]")`)
	if told := b.text("#records .card .decided"); !strings.Contains(told, ": Kept for the family.") || !strings.Contains(told, "20") {
		t.Errorf("of the decision it says %q", told)
	}
	if told := b.text("#records .card:nth-of-type(2) .notice"); !strings.Contains(told, "A1 was dismissed") {
		t.Errorf("the second advice says %q", told)
	}
	b.accessible("what was decided")
	b.clean()
}

// TestConsoleKeepsTheDraftAsItIsWritten, as a tab that crashes says nothing.
func TestConsoleKeepsTheDraftAsItIsWritten(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.fill(`[name="/portfolio/positions/0/price"]`, "247.31")
	b.wait(`sessionStorage.getItem("ballast-draft")?.includes("247.31") && !Object.values({...localStorage}).join().includes("247.31")`)
	b.clean()
}
