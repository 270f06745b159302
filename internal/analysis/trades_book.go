package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A book is a copy of a valued portfolio that trades are entered into. What is
// bought is paid from the cash of its own account, because money does not move
// between accounts by itself. Every entry conserves the total to the last
// digit. Holdings keep their indices; what is sold out stays with nothing.
type book struct {
	val *portfolio.Valuation
	was map[int]portfolio.Holding // the holdings changed since mark, as they were; nil: nobody asked
}

// newBook copies v as far as trades change it.
func newBook(v *portfolio.Valuation) *book {
	val, p := *v, *v.Portfolio
	val.Portfolio = &p
	val.Holdings, val.Cash = slices.Clone(v.Holdings), slices.Clone(v.Cash)
	p.Liabilities = slices.Clone(p.Liabilities)
	return &book{val: &val}
}

// mark returns what takes all entries from now on back.
func (b *book) mark() (undo func()) {
	val, cash := *b.val, slices.Clone(b.val.Cash)
	b.was = map[int]portfolio.Holding{}
	return func() {
		*b.val = val
		b.val.Cash = cash
		for i, h := range b.was {
			if i < len(val.Holdings) {
				val.Holdings[i] = h
			}
		}
	}
}

// taxTreatment is that of an account; what stands in none is taxable.
func (b *book) taxTreatment(account string) portfolio.TaxTreatment {
	for _, a := range b.val.Portfolio.Accounts {
		if a.ID == account && a.TaxTreatment != "" {
			return a.TaxTreatment
		}
	}
	return portfolio.Taxable
}

// funds is the cash of one account in the base currency; negative is borrowed.
func (b *book) funds(account string) (sum decimal.Decimal) {
	for i := range b.val.Cash {
		if b.val.Cash[i].AccountID == account {
			sum = sum.Add(b.val.Cash[i].Value)
		}
	}
	return sum
}

// fund is the cash of one account.
type fund struct {
	account string
	taxable bool
	value   decimal.Decimal
}

// purse lists the accounts that have cash, in the order in which it is
// invested: first where gains are not taxed, so that what remains at hand is
// free to be spent, then the largest.
func (b *book) purse() []fund {
	var purse []fund
	met := make(map[string]bool)
	for i := range b.val.Cash {
		account := b.val.Cash[i].AccountID
		if met[account] {
			continue
		}
		met[account] = true
		f := fund{account, b.taxTreatment(account) == portfolio.Taxable, b.funds(account)}
		if f.value.IsPositive() {
			purse = append(purse, f)
		}
	}
	slices.SortFunc(purse, func(x, y fund) int {
		return cmp.Or(compareBools(x.taxable, y.taxable), y.value.Cmp(x.value), cmp.Compare(x.account, y.account))
	})
	return purse
}

// unclaimed is what of an account's cash may be invested: that of taxable accounts
// settles first what one of them has borrowed.
func (b *book) unclaimed(f fund) decimal.Decimal {
	if !f.taxable {
		return f.value
	}
	return decimal.Max(decimal.Decimal{}, decimal.Min(f.value, taxableCash(b.val)))
}

// compareBools orders false before true.
func compareBools(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	default:
		return 1
	}
}

// position gives the holding at i a position of its own, which may be changed.
func (b *book) position(i int) *portfolio.Holding {
	h := &b.val.Holdings[i]
	if _, met := b.was[i]; b.was != nil && !met {
		b.was[i] = *h
	}
	own := *h.Position
	own.TaxLots = slices.Clone(own.TaxLots)
	h.Position = &own
	return h
}

// sell takes quantity, at most what is held, out of the holding at i, from its
// lots in the given order, and puts the proceeds into the account's cash.
func (b *book) sell(i int, quantity decimal.Decimal, order []int) (amount decimal.Decimal, lots []lotSale) {
	h := b.position(i)
	amount = quantity.Mul(h.UnitPrice)
	lots = takeLots(h, quantity, order, b.val.Portfolio.AsOf)
	if h.Cost != nil {
		cost := h.Cost.Sub(soldCost(h, quantity, lots))
		h.Cost = &cost
	}
	h.Quantity, h.Value = h.Quantity.Sub(quantity), h.Value.Sub(amount)
	b.val.Invested = b.val.Invested.Sub(amount)
	b.settle(h.AccountID, h.Currency, h.Rate, amount)
	return amount, lots
}

// lotSale is what a sale takes from one lot; see LotSale.
type lotSale struct {
	id             string
	acquired       portfolio.Date
	unitCost       decimal.Decimal // in the holding's currency
	quantity, gain decimal.Decimal // gain in the base currency
	cost           decimal.Decimal // of the quantity, in the base currency
	long           bool
}

// takeLots reduces h's lots by quantity in the given order. What the lots do
// not cover, within the rounding that portfolio.Validate allows, is of no lot.
func takeLots(h *portfolio.Holding, quantity decimal.Decimal, order []int, sold portfolio.Date) (sales []lotSale) {
	for _, k := range order {
		lot := &h.TaxLots[k]
		taken := decimal.Min(lot.Quantity, quantity)
		if !taken.IsPositive() {
			continue
		}
		cost := taken.Mul(lot.UnitCost).Mul(h.Rate)
		sales = append(sales, lotSale{
			id: lot.LotID, acquired: lot.AcquiredOn, unitCost: lot.UnitCost,
			quantity: taken, cost: cost, gain: taken.Mul(h.UnitPrice).Sub(cost), long: longTerm(lot.AcquiredOn, sold),
		})
		lot.Quantity, quantity = lot.Quantity.Sub(taken), quantity.Sub(taken)
	}
	h.TaxLots = slices.DeleteFunc(h.TaxLots, func(l portfolio.TaxLot) bool { return l.Quantity.IsZero() })
	return sales
}

// soldCost is the part of h's cost that goes with a quantity: that of the lots
// sold, and in proportion what is told beyond the cost of all lots, or without any.
func soldCost(h *portfolio.Holding, quantity decimal.Decimal, lots []lotSale) (cost decimal.Decimal) {
	for i := range lots {
		cost = cost.Add(lots[i].cost)
	}
	beyond := h.Cost.Sub(cost).Sub(product(h.LotsCost(), h.Rate))
	return cost.Add(over(beyond.Mul(quantity), h.Quantity))
}

// buy adds quantity of an instrument to an account and pays it from its cash.
func (b *book) buy(account string, w *ware, quantity decimal.Decimal) (amount decimal.Decimal) {
	amount = quantity.Mul(w.price)
	h := b.position(b.place(account, w))
	if h.Cost != nil {
		cost := h.Cost.Add(amount)
		h.Cost = &cost
	}
	if len(h.TaxLots) > 0 || h.Quantity.IsZero() {
		h.TaxLots = append(h.TaxLots, portfolio.TaxLot{AcquiredOn: b.val.Portfolio.AsOf, Quantity: quantity, UnitCost: w.quote})
	}
	h.Quantity, h.Value = h.Quantity.Add(quantity), h.Value.Add(amount)
	b.val.Invested = b.val.Invested.Add(amount)
	b.settle(account, w.currency, w.rate, amount.Neg())
	return amount
}

// place is the index of the holding in an account that a purchase adds to: the
// one that the ware was taken from or one bought before, else a new one. Other
// positions under the same name may be described differently.
func (b *book) place(account string, w *ware) int {
	for i := range b.val.Holdings {
		h := &b.val.Holdings[i]
		if h.AccountID == account && (i == w.holding || h.Index < 0 && h.Instrument.Ref() == w.ref) {
			return i
		}
	}
	b.val.Holdings = append(b.val.Holdings, portfolio.Holding{
		Position:     &portfolio.Position{AccountID: account, Instrument: *w.instrument, Price: w.quote, Currency: w.currency},
		Index:        -1, // of no position of the caller's
		TaxTreatment: b.taxTreatment(account),
		Rate:         w.rate,
		UnitPrice:    w.price,
		Cost:         new(decimal.Decimal),
	})
	return len(b.val.Holdings) - 1
}

// settle adds amount to an account's cash in one currency. What is spent
// beyond that comes from the account's other balances, exchanged at the given
// rates: the base currency's first, then the largest.
func (b *book) settle(account string, currency portfolio.Currency, rate, amount decimal.Decimal) {
	b.val.CashTotal = b.val.CashTotal.Add(amount)
	main := b.balance(account, currency, rate)
	if amount.IsPositive() {
		b.move(main, amount)
		return
	}
	due := amount.Neg()
	for _, i := range b.payers(account, main) {
		part := decimal.Min(due, b.val.Cash[i].Value)
		if part.IsPositive() {
			b.move(i, part.Neg())
			due = due.Sub(part)
		}
	}
	b.move(main, due.Neg())
}

// payers lists an account's balances in the order in which they pay.
func (b *book) payers(account string, main int) []int {
	var payers []int
	for i := range b.val.Cash {
		if b.val.Cash[i].AccountID == account {
			payers = append(payers, i)
		}
	}
	base := b.val.Portfolio.BaseCurrency
	slices.SortStableFunc(payers, func(i, j int) int {
		x, y := &b.val.Cash[i], &b.val.Cash[j]
		return cmp.Or(compareBools(i != main, j != main), compareBools(x.Currency != base, y.Currency != base), y.Value.Cmp(x.Value))
	})
	return payers
}

// balance is the index of an account's balance in a currency, which is made if
// there is none.
func (b *book) balance(account string, currency portfolio.Currency, rate decimal.Decimal) int {
	for i := range b.val.Cash {
		if c := &b.val.Cash[i]; c.AccountID == account && c.Currency == currency {
			return i
		}
	}
	b.val.Cash = append(b.val.Cash, portfolio.CashBalance{
		Cash: &portfolio.Cash{AccountID: account, Currency: currency}, TaxTreatment: b.taxTreatment(account), Rate: rate,
	})
	return len(b.val.Cash) - 1
}

// move changes a balance by an amount in the base currency.
func (b *book) move(i int, amount decimal.Decimal) {
	if amount.IsZero() {
		return
	}
	c := &b.val.Cash[i]
	c.Value = c.Value.Add(amount)
	own := *c.Cash
	own.Amount = over(c.Value, c.Rate)
	c.Cash = &own
}
