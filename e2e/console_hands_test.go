package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused waits until the focus is on what a selector matches.
func (b *tab) focused(selector string) {
	b.t.Helper()
	b.wait(`document.activeElement.matches('` + selector + `')`)
}

// TestConsoleKeepsTheKeyboardsPlace when what held the focus goes away.
func TestConsoleKeepsTheKeyboardsPlace(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	press := func(selector, key string) {
		t.Helper()
		b.do("focus "+selector, chromedp.Focus(chromedp.CSS(selector)))
		b.press(key)
	}
	b.wait(`document.querySelectorAll('[name$="/quantity"]').length === 4`)
	press(".row-item[data-item='3'] > .remove", kb.Enter) // the last one
	b.wait(`document.querySelectorAll('[name$="/quantity"]').length === 3`)
	b.focused(`.row-item[data-item="2"] > .remove`)
	press(".rows > .add", kb.Enter)
	b.focused(`[name="/portfolio/positions/3/instrument/id/ticker"]`)
	b.press("MSFT")
	b.wait(`document.activeElement.value === "MSFT"`)
	press(".row-item[data-item='3'] > .remove", kb.Enter)

	b.click(submit)
	b.wait(done)
	const feedback = "#advise .card:nth-of-type(1) .feedback"
	dismiss := feedback + " button:nth-of-type(2)"
	press(dismiss, kb.Enter)
	press(feedback+" form input", kb.Escape)
	b.wait(`!document.querySelector("` + feedback + ` form")`)
	b.focused(dismiss)
	b.press(kb.Enter)
	press(feedback+" form input", kb.Enter)
	b.wait(`document.querySelector("` + feedback + ` [aria-pressed=true]") && !document.querySelector("` + feedback + ` form")`)
	b.focused(dismiss)
	b.clean()
}

// TestConsoleKeepsTheFocusWhileItWaits on the button that asked, which does not
// ask twice.
func TestConsoleKeepsTheFocusWhileItWaits(t *testing.T) {
	t.Parallel()
	server, _ := production(t, "5", "", "latency=5s")
	b := browse(t, server)
	b.prefer("light")
	ask := func(width int64, price string) {
		b.size(width, 900)
		b.fill(`[name="/portfolio/positions/0/price"]`, price)
		b.do("focus", chromedp.Focus(chromedp.CSS(submit)))
		b.press(kb.Enter)
		b.wait(`document.querySelector(".stages.running")`)
	}
	ask(1440, "250")
	b.do("focus", chromedp.Focus(chromedp.CSS(".stages.running button")))
	b.press(kb.Enter) // to stop
	b.wait(`document.querySelector(".stages.left")`)
	b.focused(submit)
	for width, price := range map[int64]string{1440: "251", 360: "252"} {
		if !value[bool](b, `!!document.querySelector(".editor")`) {
			b.click(".toggle")
		}
		ask(width, price)
		b.press(kb.Enter)
		b.focused(submit + `[aria-disabled="true"]`)
		b.accessible("while it waits")
		b.wait(done)
		b.focused(submit + `[aria-disabled="false"]`)
	}
	if n := b.requests("/v1/recommendations"); n != 3 {
		t.Errorf("three answers were asked for by %d requests", n)
	}
	const topic = "#advise .question .topics button:nth-of-type(2)"
	b.do("focus", chromedp.Focus(chromedp.CSS(topic)))
	b.press(kb.Enter)
	b.wait(`document.querySelector("#advise .question .answer")`)
	b.focused(topic)
	b.clean()
}

// requests is how often the page has asked for a path.
func (b *tab) requests(path string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.asked {
		if url == b.url+path {
			n++
		}
	}
	return n
}

// TestConsolePrintsDarkOnWhite also for whoever has chosen a dark screen.
func TestConsolePrintsDarkOnWhite(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.choose(`.preferences select:nth-of-type(2)`, "dark")
	b.wait(`document.documentElement.dataset.theme === "dark"`)
	const light = `(() => {
		const [r, g, b] = getComputedStyle(document.querySelector("main h1, main h2")).color.match(/\d+/g).map(Number);
		return r + g + b > 3 * 128;
	})()`
	b.wait(light)
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	b.wait(`matchMedia("print").matches`)
	if value[bool](b, light) {
		t.Error("the print is light on white paper")
	}
	b.clean()
}

// TestConsoleTablesOnAPhone are read without being pushed sideways, and are
// tables to a screen reader all the same.
func TestConsoleTablesOnAPhone(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.prefer("light")
	b.click(submit)
	b.wait(done)
	b.size(360, 900)
	for page, ready := range map[string]string{"records": "#records tbody button", "spend": "#spend .totals ~ * tbody td"} {
		b.run(`location.hash = "#/` + page + `"`)
		b.wait(`document.querySelector("` + ready + `")`)
		if n := value[int](b, `document.querySelectorAll("#`+page+` .stacked").length`); n == 0 {
			t.Errorf("%s has no stacked table", page)
		}
		if wide := value[string](b, `[...document.querySelectorAll("#`+page+` .stacked, #`+page+` .stacked *")]
			.filter(e => e.getBoundingClientRect().right > innerWidth || e.parentElement.scrollWidth > e.parentElement.clientWidth + 1 && getComputedStyle(e.parentElement).overflowX === "auto")
			.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("\n")`); wide != "" {
			t.Errorf("%s: over the edge: %s", page, wide)
		}
		b.accessible(page + " on a phone")
	}
	b.clean()
}
