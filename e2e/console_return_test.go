package e2e

import (
	"fmt"
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

	b.run(`sessionStorage.setItem("ballast-answer", '{"id": "rec_none", "outdated": false}')`)
	b.do("load the page anew", chromedp.Reload())
	b.wait(`document.querySelector("#advise .welcome")`) // nothing is said of an answer that is no longer kept
	b.click(".bar > .quiet")
	b.wait(`document.querySelector("main.gate") && !Object.keys(sessionStorage).some(k => /key|draft|answer/.test(k))`)
	b.clean()
}
