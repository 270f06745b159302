package analysis

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// payDownDebt uses the cash that the emergency fund and the liquidity needs do
// not claim to repay debts above the policy's rate, the dearest first. A
// portfolio does not reliably earn what they cost. Only cash in taxable
// accounts is free to be used; nothing is sold for it that is not sold anyway.
func (p *plan) payDownDebt() {
	debts := p.now.books()
	if len(debts.dearTypes) == 0 || !debts.converted {
		return
	}
	d := p.draft()
	spare, usable := p.now.spareCash(), d.usable()
	amount := debts.dear
	if most := decimal.Min(spare, usable); most.LessThan(amount) {
		amount = most.RoundFloor(p.facts.base().MinorDigits())
		d.limits.add(p.whyShort(spare, usable))
	}
	if amount.IsPositive() && amount.LessThan(p.smallest()) {
		d.limits.add(LimitMinTradeAmount)
		amount = decimal.Decimal{}
	}
	if amount.IsPositive() {
		d.payments = d.book.repay(amount, p.facts.dearLine())
		d.caveats.add(CaveatDebtTerms)
		d.moved = true
	}
	kind := debts.dearTypes[0]
	p.commit(d, cause{
		kind: ActionPayDownDebt, severity: p.facts.policy.Line(lineHighInterest).Severity, subject: kind, holding: -1,
		trigger: p.facts.id(FactDebtInterestRate, kind), always: true,
		evidence: p.facts.ids(FactHighInterestDebt, "", FactCashBalance, "", FactEmergencyFund, "", FactExcessCash, "", FactDebtRatio, ""),
		impact:   []string{FactHighInterestDebt, "", FactCashBalance, "", FactEmergencyFund, ""},
	})
}

// dueFromSingleNames is how much of the dear debts cash and what single names
// bring will repay together, or a little more; zero where cash suffices or no
// single name is sold for it.
func (p *plan) dueFromSingleNames() (due decimal.Decimal) {
	debts := p.now.books()
	if !debts.converted || !debts.dear.IsPositive() {
		return due
	}
	d := p.draft()
	cash := decimal.Min(p.now.spareCash(), d.usable()) // below zero it swallows proceeds
	if debts.dear.LessThanOrEqual(cash) || !d.proceeds(due).IsPositive() {
		return due
	}
	// What is repaid lowers the line, and so more is sold: from too much, each
	// round comes closer.
	due = p.now.val.Total
	for range 4 {
		due = decimal.Max(decimal.Decimal{}, decimal.Min(debts.dear, cash.Add(d.proceeds(due))))
	}
	return due
}

// proceeds is what single names in taxable accounts bring when they are reduced
// to the concentrated line of the total less debts. What is held of them
// elsewhere is sold first, and repays nothing.
func (d *draft) proceeds(debts decimal.Decimal) (sum decimal.Decimal) {
	p := d.plan
	most := p.facts.limit(lineConcentrated).Mul(p.now.val.Total.Sub(debts))
	for _, issuer := range p.now.singleIssuers().parts {
		of := func(kind func(*portfolio.Holding) bool) decimal.Decimal {
			return d.worthOf(func(h *portfolio.Holding) bool { return kind(h) && p.isOf(issuer, h) })
		}
		if excess := issuer.value.Sub(most).Sub(of(sheltered)); excess.IsPositive() {
			sum = sum.Add(decimal.Min(excess, of(taxable)))
		}
	}
	return sum
}

// usable is the cash of taxable accounts beyond the emergency fund, which must be
// free to be spent as well, not in a pension. It may be negative.
func (d *draft) usable() decimal.Decimal {
	now := d.plan.now
	return decimal.Min(d.book.usable(), now.freeCash().Sub(now.emergencyReserve()))
}

// spareCash is the cash that neither the emergency fund or the liquidity needs
// claim nor short positions, whose proceeds are owed; never below zero.
func (m *model) spareCash() decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, m.nearCash().Sub(m.heldCash()))
}

// freeCash is the cash in taxable accounts, holdings that are cash themselves
// included: what is free to be spent. It may be negative.
func (m *model) freeCash() (sum decimal.Decimal) {
	for i := range m.val.Cash {
		if b := &m.val.Cash[i]; b.TaxTreatment == portfolio.Taxable {
			sum = sum.Add(b.Value)
		}
	}
	for i := range m.val.Holdings {
		if h := &m.val.Holdings[i]; h.Instrument.Class() == portfolio.ClassCash && taxable(h) {
			sum = sum.Add(h.Value)
		}
	}
	return sum
}

// whyShort is what keeps cash from repaying all: it stands in the wrong
// accounts, it is claimed, or there is no more.
func (p *plan) whyShort(spare, usable decimal.Decimal) string {
	switch {
	case usable.LessThan(spare):
		return LimitAccountCash
	case p.now.cashFloor().IsPositive():
		return LimitCashReserve
	default:
		return LimitNoCash
	}
}

// usable is the cash in taxable accounts.
func (b *book) usable() (sum decimal.Decimal) {
	for _, f := range b.purse() {
		if f.taxable {
			sum = sum.Add(f.value)
		}
	}
	return sum
}

// repay takes an amount from the cash of taxable accounts and from the debts
// above the line, the dearest first, and tells which account pays which. Both
// sides of the books lose the same.
func (b *book) repay(amount decimal.Decimal, line Line) (payments []Payment) {
	b.val.Total = b.val.Total.Sub(amount)
	base, purse := b.val.Portfolio.BaseCurrency, b.purse()
	rates := portfolio.NewRates(b.val.Portfolio)
	for _, i := range b.dearest(line) {
		l := &b.val.Portfolio.Liabilities[i]
		rate, err := rates.ToBase(l.Currency)
		if err != nil {
			continue
		}
		owed := l.Balance.Mul(rate)
		due := decimal.Min(owed, amount)
		if owed = owed.Sub(due); owed.IsZero() {
			l.Balance = owed
		} else {
			l.Balance = over(owed, rate)
		}
		for k := range purse {
			f := &purse[k]
			part := decimal.Min(due, f.value)
			if !f.taxable || !part.IsPositive() {
				continue
			}
			b.settle(f.account, base, one, part.Neg())
			f.value, due, amount = f.value.Sub(part), due.Sub(part), amount.Sub(part)
			payments = append(payments, Payment{
				Liability: "/portfolio/liabilities/" + strconv.Itoa(i), Type: l.Kind(), AccountID: f.account, Amount: base.Format(part),
			})
		}
	}
	return payments
}

// dearest lists the debts above the line, by falling rate.
func (b *book) dearest(line Line) (debts []int) {
	all := b.val.Portfolio.Liabilities
	for i := range all {
		if rate := all[i].InterestRate; rate != nil && crosses(line, *rate, line.Value, above) {
			debts = append(debts, i)
		}
	}
	slices.SortStableFunc(debts, func(i, j int) int {
		x, y := &all[i], &all[j]
		return cmp.Or(y.InterestRate.Cmp(*x.InterestRate), cmp.Compare(x.Kind(), y.Kind()), x.Balance.Cmp(y.Balance))
	})
	return debts
}
