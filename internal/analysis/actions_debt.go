package analysis

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// payDownDebt uses the cash that the emergency fund and the liquidity needs do
// not claim to repay debts above the policy's rate, the dearest first, and sells
// of what the rebalancing would sell. A portfolio does not reliably earn what they
// cost. Only cash in taxable accounts is free to be used; nothing is sold for it
// that is not sold anyway.
func (p *plan) payDownDebt() {
	debts := p.now.books()
	if len(debts.dearTypes) == 0 || !debts.converted || p.facts.petty() {
		return
	}
	d := p.draft()
	amount := d.forDebts(debts.dear)
	if amount.LessThan(p.leastPayment()) { // then there is no more: see whyShort
		amount = decimal.Decimal{}
	}
	if amount.IsPositive() {
		if d.payments = d.book.repay(amount, p.facts.dearLine()); len(d.payments) == 0 {
			d.limits.add(LimitNoCash) // no account has a minor unit
		}
	}
	if len(d.payments) > 0 {
		d.caveats.add(CaveatDebtTerms)
		d.moved, d.seen = true, nil
	} else if d.moved {
		limits := d.limits
		d = p.draft()
		d.limits = limits
	}
	kind := debts.dearTypes[0]
	p.commit(d, cause{
		kind: ActionPayDownDebt, severity: p.facts.policy.Line(lineHighInterest).Severity, subject: kind, holding: -1,
		trigger: p.facts.id(FactDebtInterestRate, kind), always: true,
		evidence: p.facts.ids(FactHighInterestDebt, "", FactCashBalance, "", FactEmergencyFund, "", FactExcessCash, "", FactDebtRatio, ""),
		impact:   []string{FactHighInterestDebt, "", FactCashBalance, "", FactEmergencyFund, ""},
	})
}

// leastPayment is what a payment comes to, which is no trade and knows no smallest
// one: a minor unit, and no dust.
func (p *plan) leastPayment() decimal.Decimal {
	return decimal.Max(p.facts.val.Total.Shift(-dustPlaces), decimal.New(1, -p.facts.base().MinorDigits()))
}

// forDebts is how much of the dear debts cash repays, once what is above its band
// has been sold for what it lacks.
func (d *draft) forDebts(dear decimal.Decimal) decimal.Decimal {
	m := d.plan.now
	// Spare cash below zero is what others claim first of what is sold.
	if missing := dear.Sub(d.spare(m)); missing.IsPositive() {
		for _, o := range d.plan.overweights() {
			of := o.taxable(d.plan)
			missing = missing.Sub(d.sell(decimal.Min(missing, o.gap, d.worthOf(of)), roundUp, of))
		}
	}
	if d.moved {
		m = d.outcome()
	}
	if most := d.spare(m); most.LessThan(dear) {
		d.whyShort(m, dear)
		return most.RoundFloor(m.base().MinorDigits())
	}
	return dear
}

// overweight is a class above its band and by how much it exceeds its target.
type overweight struct {
	class portfolio.AssetClass
	gap   decimal.Decimal
}

// taxable picks what of the class may be sold for debts.
func (o overweight) taxable(p *plan) func(*portfolio.Holding) bool {
	return func(h *portfolio.Holding) bool { return taxable(h) && p.facts.serves(&h.Instrument, o.class) }
}

// overweights lists the classes that a rebalancing would sell, the largest gap
// first; cash is not sold.
func (p *plan) overweights() (list []overweight) {
	if p.target == nil {
		return nil
	}
	a := p.aims()
	for _, class := range a.largest(1) {
		if p.outOfBand(a, class) {
			list = append(list, overweight{class, a.gap[class]})
		}
	}
	return list
}

// dueFromSales is how much of the dear debts cash and what is sold in any case
// will repay together, or a little more; zero where cash suffices or nothing is
// sold for it.
func (p *plan) dueFromSales() (due decimal.Decimal) {
	debts := p.now.books()
	if !debts.converted || p.facts.petty() || !p.wants(stepOf(ActionPayDownDebt, "")) {
		return due
	}
	d := p.draft()
	cash := d.spare(p.now) // below zero it swallows proceeds
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

// proceeds is what single names bring or classes above their bands, whichever is
// more: the ones are among the others.
func (d *draft) proceeds(debts decimal.Decimal) decimal.Decimal {
	var classes decimal.Decimal
	for _, o := range d.plan.overweights() {
		classes = classes.Add(decimal.Min(o.gap, d.worthOf(o.taxable(d.plan))))
	}
	return decimal.Max(d.fromIssuers(debts), classes)
}

// fromIssuers is what single names in taxable accounts bring when they are reduced
// to the concentrated line of the total less debts. What is held of them
// elsewhere is sold first, and repays nothing.
func (d *draft) fromIssuers(debts decimal.Decimal) (sum decimal.Decimal) {
	p := d.plan
	most := p.facts.limit(lineConcentrated).Mul(p.now.val.Total.Sub(debts))
	for _, issuer := range p.concentrated() {
		if p.untold(issuer) {
			continue
		}
		of := func(kind func(*portfolio.Holding) bool) decimal.Decimal {
			return d.worthOf(func(h *portfolio.Holding) bool { return kind(h) && p.isOf(issuer, h) })
		}
		if excess := issuer.value.Sub(most).Sub(of(sheltered)); excess.IsPositive() {
			sum = sum.Add(decimal.Min(excess, of(taxable)))
		}
	}
	return sum
}

// spare is the cash in m, which d leaves or began with, that may repay debts: what
// nothing claims, of taxable accounts. The emergency fund must be free to be spent
// as well, not in a pension. It may be negative.
func (d *draft) spare(m *model) decimal.Decimal {
	return decimal.Min(m.spareCash(), d.usable(m))
}

// usable is the cash of taxable accounts beyond the emergency fund, and beyond what one
// of them has borrowed.
func (d *draft) usable(m *model) decimal.Decimal {
	return decimal.Min(taxableCash(d.book.val), m.freeCash().Sub(m.emergencyReserve()))
}

// spareCash is the cash that neither the emergency fund or the liquidity needs
// claim nor short positions, whose proceeds are owed. It may be negative.
func (m *model) spareCash() decimal.Decimal { return m.nearCash().Sub(m.heldCash()) }

// whyShort adds what keeps cash from repaying all: some stands in accounts that
// cannot pay, and of all together too much is claimed, or there is no more.
func (d *draft) whyShort(m *model, dear decimal.Decimal) {
	spare := m.spareCash()
	away := m.nearCash().GreaterThan(m.freeCash()) && d.usable(m).LessThan(spare)
	if away {
		d.limits.add(LimitAccountCash)
	}
	switch {
	case away && spare.GreaterThanOrEqual(dear):
	case m.cashFloor().IsPositive():
		d.limits.add(LimitCashReserve)
	default:
		d.limits.add(LimitNoCash)
	}
}

// repay takes at most an amount from the cash of taxable accounts and from the
// debts above the line, the dearest first, and tells which account pays which.
// Both sides of the books lose the same.
func (b *book) repay(amount decimal.Decimal, line Line) (payments []Payment) {
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
		for k := range purse {
			f := &purse[k]
			part := f.towards(due, base.MinorDigits())
			if !part.IsPositive() {
				continue
			}
			b.settle(f.account, base, one, part.Neg())
			b.val.Total = b.val.Total.Sub(part)
			f.value, owed, due, amount = f.value.Sub(part), owed.Sub(part), due.Sub(part), amount.Sub(part)
			payments = append(payments, Payment{
				Liability: "/portfolio/liabilities/" + strconv.Itoa(i), Type: l.Kind(), AccountID: f.account, Amount: base.Format(part),
			})
		}
		l.Balance = over(owed, rate)
	}
	return payments
}

// towards is what the account pays of what is due: all of it or, where the
// payment as told would exceed its cash, as many minor units as it has.
func (f *fund) towards(due decimal.Decimal, digits int32) decimal.Decimal {
	switch {
	case !f.taxable:
		return decimal.Decimal{}
	case decimal.Max(due, due.Round(digits)).GreaterThan(f.value):
		return f.value.RoundFloor(digits)
	default:
		return due
	}
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
