package imports

import "github.com/shopspring/decimal"

// plaidWorth adds up what the institution says that the holdings of an account
// are worth.
type plaidWorth struct {
	currency    string
	sum, assets decimal.Decimal // of all, and of those that are no debt
	rows        int
	unclear     bool // a value is not told, or in another currency
}

// count adds a holding, whether it is mapped or listed.
func (r plaidReader) count(n node) {
	id, currency := n.member("account_id").text(), n.member("iso_currency_code").text()
	w, known := r.worth[id]
	if !known {
		w = &plaidWorth{currency: currency}
		r.worth[id] = w
	}
	value := (&draft{}).number(n.member("institution_value")) // what is wrong with it its holding says
	if value == nil || currency != w.currency {
		w.unclear = true
		return
	}
	w.sum, w.rows = w.sum.Add(*value), w.rows+1
	if value.IsPositive() {
		w.assets = w.assets.Add(*value)
	}
}

// reconcile compares the balance of an account, which is that of its assets,
// with its holdings, and reports whether they make it up.
func (r plaidReader) reconcile(a node) bool {
	w, held := r.worth[a.member("account_id").text()]
	if !held {
		r.skip(a.at, "account_without_holdings", "The account is left out: no holding stands in it, and balances are not read.")
		return true
	}
	balances := a.member("balances")
	loan, current := balances.member("margin_loan_amount"), balances.member("current")
	if amount := r.number(loan); amount != nil && !amount.IsZero() {
		r.skip(loan.at, "other_balance", "The margin loan is left out: whether the cash already has it is not told.")
	}
	total := r.number(current)
	if total == nil || w.unclear || balances.member("iso_currency_code").text() != w.currency {
		return false
	}
	if makes(*total, w.sum, w.rows) || makes(*total, w.assets, w.rows) {
		return true
	}
	r.skip(current.at, "total_differs", "The holdings of the account do not add up to this balance.")
	return false
}
