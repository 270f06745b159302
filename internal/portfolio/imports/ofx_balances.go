package imports

import (
	"cmp"
	"fmt"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// ofxMoney is what a statement tells of its money; nil stands for what it does
// not tell.
type ofxMoney struct {
	cash, margin, total *decimal.Decimal
}

// money reads the balances. Those of a 401(k) other than cash are parts of the
// same account by where they came from, and the total of it.
func (r *ofxReader) money(at string, s *element) ofxMoney {
	balances, plan := s.find("INVBAL"), s.find("INV401KBAL")
	m := ofxMoney{
		cash: r.decimal(at+"/INVBAL", balances.find("AVAILCASH")), margin: r.decimal(at+"/INVBAL", balances.find("MARGINBALANCE")),
		total: r.decimal(at+"/INV401KBAL", plan.find("TOTAL")),
	}
	own := r.decimal(at+"/INV401KBAL", plan.find("CASHBAL"))
	switch {
	case own == nil:
	case m.cash == nil || m.cash.IsZero():
		m.cash = own
	case !m.cash.Equal(*own):
		r.skip(at+"/INV401KBAL/CASHBAL", "cash_differs", "The balance is left out: the available cash is told as another amount, which is taken.")
	}
	return m
}

// debt is what was borrowed, as an amount below zero. What stands on the credit
// side is in the available cash, which is that of all sub-accounts.
func (r *ofxReader) debt(at string, m ofxMoney) *decimal.Decimal {
	switch {
	case m.margin == nil || m.margin.IsNegative():
		return m.margin
	case m.margin.IsPositive() && (m.cash == nil || m.margin.GreaterThan(*m.cash)):
		r.skip(at+"/INVBAL/MARGINBALANCE", "other_balance", "The balance is left out: the available cash, which should have it, is less.")
	}
	return nil
}

// worth adds up the market values of positions; a position that is short counts
// below zero. It reports false when one of them cannot be read.
func worth(positions []*element) (sum decimal.Decimal, ok bool) {
	for _, p := range positions {
		d := &draft{}
		value := d.decimal("", p.find("INVPOS", "MKTVAL"))
		if value == nil {
			return sum, false
		}
		if p.find("INVPOS", "POSTYPE").text == "SHORT" {
			value = short(value)
		}
		sum = sum.Add(*value)
	}
	return sum, true
}

// makes reports whether a total is that of the parts, each rounded to a cent.
func makes(total, sum decimal.Decimal, parts int) bool {
	return total.Sub(sum).Abs().LessThanOrEqual(cent.Mul(decimal.NewFromInt(int64(parts + 1))))
}

// reconcile compares the total of a 401(k) with its positions and its cash, and
// tells whether the cash has the funds of the sweep in it. Without a total that
// the positions make alone, cash that is not told is asked for.
func (r *ofxReader) reconcile(at string, s *element, m ofxMoney, debt *decimal.Decimal, held []holding) (sweep bool) {
	swept, sweep := sweepFunds(held, m.cash)
	positions := s.find("INVPOSLIST").children
	if sum, readable := worth(positions); m.total != nil && readable {
		all := sum.Add(amountOf(m.cash)).Add(amountOf(debt))
		switch parts := len(positions) + 1; {
		case makes(*m.total, all, parts):
			return false
		case sweep && makes(*m.total, all.Sub(swept), parts):
			return true
		}
		r.skip(at+"/INV401KBAL/TOTAL", "total_differs", "The holdings and the cash do not add up to this total.")
	}
	if m.cash == nil {
		r.askCash(at)
	}
	return sweep
}

// amountOf is an amount, and zero for one that is not told.
func amountOf(d *decimal.Decimal) decimal.Decimal {
	if d == nil {
		return decimal.Zero
	}
	return *d
}

// sweepFunds adds up the money market funds held, and reports whether they may
// be what the available cash consists of: they are then not counted a second
// time.
func sweepFunds(held []holding, cash *decimal.Decimal) (sum decimal.Decimal, may bool) {
	for _, h := range held {
		if h.instrument.Type == portfolio.CashEquivalent && h.value != nil {
			sum = sum.Add(*h.value)
		}
	}
	return sum, cash != nil && sum.IsPositive() && sum.LessThanOrEqual(*cash)
}

// outside lists the money that the statement tells beside its cash and its
// positions.
func (r *ofxReader) outside(at string, s *element) {
	for _, list := range []string{"INVBAL", "INV401KBAL"} {
		for i, b := range s.find(list, "BALLIST").all("BAL") {
			place := fmt.Sprintf("%s/%s/BALLIST/%d", at, list, i)
			if cmp.Or(b.find("BALTYPE").text, "DOLLAR") == "DOLLAR" && r.tells(place, b, "VALUE") {
				r.skip(place, "other_balance", "The balance is left out: whether the cash or the holdings already have it is not told.")
			}
		}
	}
	for i := range s.find("INVOOLIST").children {
		r.skip(fmt.Sprintf("%s/INVOOLIST/%d", at, i), "pending_activity", "The order is left out: what is under way is not held yet.")
	}
	for i, l := range s.find("INV401K").all("LOANINFO") {
		place := fmt.Sprintf("%s/INV401K/LOANINFO/%d", at, i)
		if r.tells(place, l, "CURRENTLOANBAL") {
			r.skip(place, "loan", "The loan is left out: it is owed to the plan itself, and no holding.")
		}
	}
	if r.tells(at+"/INV401KBAL", s.find("INV401KBAL"), "OTHERNONVEST") {
		r.skip(at+"/INV401KBAL/OTHERNONVEST", "unvested", "A part of the account has not vested yet; all of it is counted.")
	}
}

// tells reports whether an amount is there and not zero.
func (r *ofxReader) tells(at string, e *element, name string) bool {
	amount := r.decimal(at, e.find(name))
	return amount != nil && !amount.IsZero()
}
