package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// accountCash is the cash of one account in the base currency; negative is borrowed.
func (m *model) accountCash(account string) decimal.Decimal {
	b := book{val: m.val}
	return b.funds(account)
}

// debtors lists the accounts whose cash is below zero by a minor unit or more, the
// deepest first. Cash in other accounts does not make it less borrowed.
func (m *model) debtors() (accounts []string) {
	sums := make(map[string]decimal.Decimal)
	for i := range m.val.Cash {
		sums[m.val.Cash[i].AccountID] = sums[m.val.Cash[i].AccountID].Add(m.val.Cash[i].Value)
	}
	for account, cash := range sums {
		if cash.Round(m.base().MinorDigits()).IsNegative() {
			accounts = append(accounts, account)
		}
	}
	slices.SortFunc(accounts, func(x, y string) int { return cmp.Or(sums[x].Cmp(sums[y]), cmp.Compare(x, y)) })
	return accounts
}

// marginFindings is one for each account that has borrowed.
func (m *model) marginFindings() {
	for _, account := range m.debtors() {
		m.note(FindingMarginDebt, m.policy.Line(lineMargin), Finding{
			Subject: account, Observed: m.base().Format(m.accountCash(account)), EqualityPass: true,
			Evidence: m.ids(FactMarginBalance, account, FactCashBalance, ""),
		})
	}
}

// whyBorrowed is the fact of the account that has borrowed most of those that sales
// in taxable accounts settle, or of any.
func (m *model) whyBorrowed() (id string) {
	b := &book{val: m.val}
	for _, account := range m.debtors() {
		fact := m.id(FactMarginBalance, account)
		if b.taxTreatment(account) == portfolio.Taxable {
			return fact
		}
		id = cmp.Or(id, fact)
	}
	return id
}

// marginFacts are the facts of debtors, as pairs of code and subject.
func (m *model) marginFacts() (pairs []string) {
	for _, account := range m.debtors() {
		pairs = append(pairs, FactMarginBalance, account)
	}
	return pairs
}

// taxableCash is the cash balances of taxable accounts, which pay for one another;
// negative is borrowed.
func taxableCash(v *portfolio.Valuation) (sum decimal.Decimal) {
	for i := range v.Cash {
		if v.Cash[i].TaxTreatment == portfolio.Taxable {
			sum = sum.Add(v.Cash[i].Value)
		}
	}
	return sum
}

// unsettled is what is borrowed beyond the cash that can settle it: that of
// retirement accounts cannot.
func unsettled(v *portfolio.Valuation) decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, v.CashTotal.Neg(), taxableCash(v).Neg())
}

// debtorsFirst puts what is held in accounts that have borrowed before the rest: what
// is sold there settles it at once.
func (d *draft) debtorsFirst(s []stake) {
	if !d.settles {
		return
	}
	debtors := d.plan.now.debtors()
	elsewhere := func(x stake) bool { return !slices.Contains(debtors, d.book.val.Holdings[x.holding].AccountID) }
	slices.SortStableFunc(s, func(x, y stake) int { return compareBools(elsewhere(x), elsewhere(y)) })
}
