package imports

import "github.com/shopspring/decimal"

// snapUnderWay are the states of orders that may still become holdings.
var snapUnderWay = map[string]bool{
	"PENDING": true, "ACCEPTED": true, "CANCEL_PENDING": true, "PARTIAL": true, "REPLACE_PENDING": true, "QUEUED": true,
	"TRIGGERED": true, "ACTIVATED": true, "PENDING_RISK_REVIEW": true, "CONTINGENT_ORDER": true,
}

// snapOutside tells what an account has beside its holdings and its cash.
func (d *draft) snapOutside(root node) {
	for _, o := range root.member("orders").list() {
		if snapUnderWay[o.member("status").text()] {
			d.skip(o.at, "pending_activity", "The order is left out: what is under way is not held yet.")
		}
	}
	total := root.path("total_value", "value")
	amount := d.number(total)
	w := snapWorth{currency: root.path("total_value", "currency").text()}
	w.read(root)
	made := amount != nil && (w.makes(*amount, w.sum) || w.makes(*amount, w.sum.Add(w.options)))
	if amount != nil && !w.unclear && !made {
		d.skip(total.at, "total_differs", "The holdings and the cash do not add up to this total.")
	}
	if len(root.member("balances").list()) == 0 && !made {
		d.askCash(root.at)
	}
}

// snapWorth adds up what an account holds, with its options apart: not every
// broker counts them in the total.
type snapWorth struct {
	currency     string
	sum, options decimal.Decimal
	unclear      bool // a price is not told, or in another currency
	quiet        draft
}

func (w *snapWorth) read(root node) {
	balances := root.member("balances").list()
	for _, b := range balances {
		w.sum = w.sum.Add(w.amount(b.path("currency", "code").text(), w.quiet.number(b.member("cash"))))
	}
	for _, n := range root.member("positions").list() {
		if !n.member("cash_equivalent").isTrue() || len(balances) == 0 {
			w.sum = w.sum.Add(w.valued(w.quiet.snapOldPosition(n, "")))
		}
	}
	for _, n := range root.member("option_positions").list() {
		w.options = w.options.Add(w.valued(w.quiet.snapOldOption(n, "")))
	}
}

func (w *snapWorth) valued(h holding) decimal.Decimal {
	if h.quantity == nil || h.price == nil {
		w.unclear = w.unclear || h.quantity == nil || !h.quantity.IsZero()
		return decimal.Zero
	}
	h.rescale()
	return w.amount(string(h.currency), product(h.quantity, *h.price))
}

func (w *snapWorth) amount(currency string, amount *decimal.Decimal) decimal.Decimal {
	if amount == nil || amount.IsZero() {
		return decimal.Zero
	}
	w.unclear = w.unclear || currency != w.currency
	return *amount
}

// makes reports whether a sum is the total: its prices may be of another minute.
func (w *snapWorth) makes(total, sum decimal.Decimal) bool {
	return !w.unclear && total.Sub(sum).Abs().LessThanOrEqual(total.Abs().Mul(valueTolerance))
}
