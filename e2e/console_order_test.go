package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// hold keeps the next answer to a request whose address has a part back until
// release.
func (b *tab) hold(part string) {
	b.t.Helper()
	b.run(fmt.Sprintf(`{
		const ask = window.fetch, part = %q;
		const gate = new Promise(open => { window.release = open; });
		window.held = 0;
		window.fetch = async (...args) => {
			const mine = String(args[0]?.url ?? args[0]).includes(part);
			if (mine) window.fetch = ask;
			const answer = await ask(...args);
			if (mine) { window.held = 1; await gate; }
			return answer;
		};
	}`, part))
}

// release lets the held answer go and waits until the page has had the time to
// show it: two rounds of its own requests.
func (b *tab) release() {
	b.t.Helper()
	b.wait(`window.held === 1`)
	if !value[bool](b, `(async () => {
		window.release();
		for (let i = 0; i < 2; i++) await (await fetch("/openapi.json")).text();
		await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
		return true;
	})()`) {
		b.t.Fatal("not released")
	}
}

// TestConsoleTellsThatAnAnswerIsOfAnotherPortfolio as long as the two stand side
// by side.
func TestConsoleTellsThatAnAnswerIsOfAnotherPortfolio(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.click(submit)
	b.wait(done)
	const told = `document.querySelector("#advise .outdated")`
	if value[bool](b, told+` !== null`) {
		t.Error("the answer is said to be outdated at once")
	}
	price := `[name="/portfolio/positions/0/price"]`
	b.fill(price, "251")
	b.wait(told)
	b.accessible("with an outdated answer")
	b.fill(price, "250")
	b.wait(`!` + told)
	b.choose("#example", "retiree")
	b.wait(told)
	b.click(submit)
	b.wait(done + ` && !` + told)
	b.clean()
}

// TestConsoleKeepsToTheLastPortfolio although the import of an earlier one is
// answered after it.
func TestConsoleKeepsToTheLastPortfolio(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	const amount = `document.querySelector('[name="/portfolio/cash/0/amount"]')?.value`
	file := string(samples(t)["schwab.csv"])

	b.hold("/imports")
	b.drop(file)
	b.wait(`document.querySelector(".start [role=status]")?.textContent === "Reading…"`)
	b.choose("#example", "retiree")
	b.wait(`document.querySelector(".start [role=status]").textContent === ""`)
	before := value[string](b, amount)
	b.release()
	if after := value[string](b, amount); after != before || value[bool](b, `document.querySelector(".imported") !== null`) {
		t.Errorf("the import that was overtaken is shown: cash of %q, before %q", after, before)
	}

	b.drop(file)
	b.wait(`document.querySelector(".imported")`)
	b.click(".welcome .examples button") // its questions are not those of the example
	b.wait(`!document.querySelector(".imported")`)
	b.clean()
}

// TestConsoleShowsTheRecordThatWasAskedForLast although the one before it comes
// later, and says nothing of a search before it is answered.
func TestConsoleShowsTheRecordThatWasAskedForLast(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.adviseAt("250", "260")
	b.hold("/v1/recommendations?")
	b.click(`nav a[href="#/records"]`)
	b.wait(`window.held === 1`)
	if told := b.text("#records .search [role=status]"); told != "Reading…" {
		t.Errorf("before the list is here it says %q", told)
	}
	b.release()
	b.wait(`document.querySelectorAll("#records .search tbody tr").length === 2`)

	first, second := b.text("#records tbody tr:nth-child(1) button"), b.text("#records tbody tr:nth-child(2) button")
	b.hold("/v1/recommendations/" + first)
	b.click("#records tbody tr:nth-child(1) button")
	b.wait(`window.held === 1`)
	b.click("#records tbody tr:nth-child(2) button")
	const shown = `document.querySelector("#records .disclosures code")?.textContent`
	b.wait(shown + ` === "` + second + `"`)
	b.release()
	if got := value[string](b, shown); got != second {
		t.Errorf("record %s is shown, %s was asked for last", got, second)
	}
	b.run(`location.hash = "#/records/` + first + `"`)
	b.wait(shown + ` === "` + first + `"`)
	b.clean()
}

// TestConsoleWaitsInWords where a server is slow to answer, and records what a
// double click means once.
func TestConsoleWaitsInWords(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.click(submit)
	b.wait(done)
	const accept = "#advise .card .feedback button"
	b.wait(`performance.getEntriesByType("resource").some(e => e.name.includes("/feedback?"))`) // what was decided before is read
	b.hold("/feedback")
	b.run(`{ const accept = document.querySelector("` + accept + `"); accept.click(); accept.click(); }`)
	b.release()
	b.wait(`document.querySelector("` + accept + `[aria-pressed=true]")`)
	sent := 0
	b.mu.Lock()
	for _, url := range b.asked {
		if strings.HasSuffix(url, "/feedback") {
			sent++
		}
	}
	b.mu.Unlock()
	if sent != 1 {
		t.Errorf("a double click was sent %d times", sent)
	}
	for page, asks := range map[string]string{"spend": "/v1/usage", "records": "/v1/usage"} {
		b.hold(asks)
		b.click(`nav a[href="#/` + page + `"]`)
		b.wait(`window.held === 1`)
		b.wait(`[...document.querySelectorAll("#` + page + ` > [role=status]")].some(e => e.textContent === "Reading…")`)
		b.release()
		b.wait(`[...document.querySelectorAll("#` + page + ` > [role=status]")].every(e => e.textContent === "")`)
	}
	b.clean()
}
