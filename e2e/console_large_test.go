package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestConsoleOfManyHoldings has fields for the first of a thousand holdings, for
// more when asked, and for those with a fault, and asks for advice on all of them.
func TestConsoleOfManyHoldings(t *testing.T) {
	t.Parallel()
	const faulty = 700
	b := browse(t, local(t, nil))
	b.drop(string(example(t, "p0.json", manyHoldings(1000, faulty))))
	rows := func(n int) {
		t.Helper()
		b.wait(fmt.Sprintf(`document.querySelectorAll(".rows")[0].querySelectorAll(".row-item").length === %d`, n))
	}
	rows(102) // the first hundred, the faulty one and the last
	b.click(".fault-list button")
	field := fmt.Sprintf("/portfolio/positions/%d/quantity", faulty)
	b.wait(fmt.Sprintf(`document.activeElement.name === %q`, field))
	b.fill(fmt.Sprintf("[name=%q]", field), "1")
	b.wait(`!document.querySelector(".fault-list")`)
	rows(102) // it does not go while it is typed in
	b.click(".more-rows")
	b.wait(fmt.Sprintf(`document.getElementsByName(%q).length === 1`, "/portfolio/positions/199/quantity"))
	b.click(submit)
	b.wait(done)
	b.clean()
}

// TestConsoleTypesIntoManyHoldings without going through all of them, or keeping
// them, for every key.
func TestConsoleTypesIntoManyHoldings(t *testing.T) {
	t.Parallel()
	const holdings = 3000
	b := browse(t, local(t, nil))
	b.drop(string(example(t, "p0.json", manyHoldings(holdings, holdings-1))))
	last := fmt.Sprintf("[name=%q]", fmt.Sprintf("/portfolio/positions/%d/quantity", holdings-1))
	first := `[name="/portfolio/positions/0/quantity"]`
	b.wait(`document.querySelector('` + last + `') && document.querySelector(".fault-list")`)
	b.run(`{
		window.work = {matched: 0, kept: 0, made: 0};
		const {test} = RegExp.prototype, {setItem} = Storage.prototype, {stringify} = JSON;
		RegExp.prototype.test = function (s) { work.matched++; return test.call(this, s); };
		Storage.prototype.setItem = function (name, v) { if (v.length > 1e5) work.kept++; return setItem.call(this, name, v); };
		JSON.stringify = (...args) => { const text = stringify(...args); if (text?.length > 1e5) work.made++; return text; };
	}`)
	b.fill(first, "12345")
	b.wait(`document.querySelector('` + first + `').value === "12345"`)
	b.fill(last, "1")
	b.wait(`!document.querySelector(".fault-list")`)
	if n := value[int](b, `work.matched`); n > holdings {
		t.Errorf("six keys had %d texts matched with the contract's patterns", n)
	}
	if value[int](b, `work.kept + work.made`) != 0 {
		t.Errorf("while it is typed the draft is written out: %s", value[string](b, `JSON.stringify(work)`))
	}
	b.do("load the page anew", chromedp.Reload()) // it is kept when the page is left
	b.wait(`document.querySelector('` + first + `')?.value === "12345"`)
	b.clean()
}

// manyHoldings makes n holdings of a request's, one of them without a quantity.
func manyHoldings(n, without int) func(doc map[string]any) {
	return func(doc map[string]any) {
		positions := make([]any, n)
		for i := range positions {
			held := map[string]any{
				"instrument": map[string]any{"id": map[string]any{"ticker": fmt.Sprintf("T%d", i)}, "type": "equity", "asset_class": "equity"},
				"quantity":   "1", "price": "10", "currency": "USD",
			}
			if i == without {
				delete(held, "quantity")
			}
			positions[i] = held
		}
		doc["portfolio"].(map[string]any)["positions"] = positions
	}
}
