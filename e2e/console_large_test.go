package e2e

import (
	"fmt"
	"testing"
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
