package analysis

import (
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// The keys of what is no exposure. Cash has neither sector nor region.
const (
	unclassified = string(portfolio.ClassUnclassified)
	cashKey      = string(portfolio.ClassCash)
)

// The groups of countries that the policy names.
const (
	marketDeveloped = "developed"
	marketEmerging  = "emerging"
)

// A dimension tells how one holding is exposed: the look-through shares where
// the caller gave them, whose rest is unclassified, or else one key.
type dimension struct {
	shares func(*portfolio.Exposures) map[string]decimal.Decimal
	key    func(*portfolio.Position) string
}

var (
	dimClass = dimension{
		shares: func(e *portfolio.Exposures) map[string]decimal.Decimal { return plainKeys(e.AssetClasses) },
		key:    func(p *portfolio.Position) string { return string(p.Instrument.Class()) },
	}
	dimSector = dimension{
		shares: func(e *portfolio.Exposures) map[string]decimal.Decimal { return e.Sectors },
		key:    func(p *portfolio.Position) string { return p.Instrument.Sector },
	}
	dimRegion = dimension{
		shares: func(e *portfolio.Exposures) map[string]decimal.Decimal { return e.Regions },
		key:    func(p *portfolio.Position) string { return p.Instrument.RegionOrDerived() },
	}
	dimCurrency = dimension{
		shares: func(e *portfolio.Exposures) map[string]decimal.Decimal { return plainKeys(e.Currencies) },
		key:    func(p *portfolio.Position) string { return string(p.Currency) },
	}
)

func plainKeys[K ~string](m map[K]decimal.Decimal) map[string]decimal.Decimal {
	plain := make(map[string]decimal.Decimal, len(m))
	for k, v := range m {
		plain[string(k)] = v
	}
	return plain
}

// spread hands the exposures of an amount held in p to add, key by key. The
// parts add up to the amount.
func (d dimension) spread(p *portfolio.Position, amount decimal.Decimal, add func(key string, amount decimal.Decimal)) {
	var shares map[string]decimal.Decimal
	if p.Instrument.Exposures != nil {
		shares = d.shares(p.Instrument.Exposures)
	}
	if len(shares) == 0 {
		key := d.key(p)
		if key == "" {
			key = unclassified
		}
		add(key, amount)
		return
	}
	rest := amount
	for key, share := range shares {
		if share.IsZero() {
			continue
		}
		value := amount.Mul(share)
		rest = rest.Sub(value)
		add(key, value)
	}
	if !rest.IsZero() {
		add(unclassified, rest)
	}
}

// along divides the whole portfolio, cash balances included, along d. They
// are filed under the key that cash gives.
func (m *model) along(d dimension, cash func(*portfolio.CashBalance) string) *breakdown {
	b := newBreakdown(fewKeys)
	for i := range m.val.Holdings {
		h := &m.val.Holdings[i]
		d.spread(h.Position, h.Value, func(key string, amount decimal.Decimal) { b.add(key, amount, i) })
	}
	for i := range m.val.Cash {
		b.add(cash(&m.val.Cash[i]), m.val.Cash[i].Value, -1)
	}
	return b.sort()
}

func asCash(*portfolio.CashBalance) string { return cashKey }

// classes divides the total by asset class, with look-through.
func (m *model) classes() *breakdown {
	return m.byClass.get(func() *breakdown { return m.along(dimClass, asCash) })
}

// sectors divides the total by sector; cash balances are "cash".
func (m *model) sectors() *breakdown {
	return m.bySector.get(func() *breakdown { return m.along(dimSector, asCash) })
}

// regions divides the total by region; cash balances are "cash".
func (m *model) regions() *breakdown {
	return m.byRegion.get(func() *breakdown { return m.along(dimRegion, asCash) })
}

// currencies divides the total by currency: that of the look-through where
// told, else that of the quotation. The base currency has a part even if it is
// nothing: that is too little.
func (m *model) currencies() *breakdown {
	return m.byCurrency.get(func() *breakdown {
		b := m.along(dimCurrency, func(c *portfolio.CashBalance) string { return string(c.Currency) })
		if _, held := b.find(string(m.base())); !held {
			b.add(string(m.base()), decimal.Decimal{}, -1)
			b.sort()
		}
		return b
	})
}

// accounts divides the total by account; what stands in none is under "". A balance
// of 0 or a worthless holding makes no place, as an empty account does not.
func (m *model) accounts() *breakdown {
	return m.byAccount.get(func() *breakdown {
		b := newBreakdown(fewKeys)
		add := func(account string, value decimal.Decimal) {
			if !value.IsZero() {
				b.add(account, value, -1)
			}
		}
		for i := range m.val.Holdings {
			add(m.val.Holdings[i].AccountID, m.val.Holdings[i].Value)
		}
		for i := range m.val.Cash {
			add(m.val.Cash[i].AccountID, m.val.Cash[i].Value)
		}
		return b.sort()
	})
}

// markets divides the value of equities into developed, emerging and
// unclassified, by country or, for funds that span several, by region.
func (m *model) markets() *breakdown {
	return m.byMarket.get(func() *breakdown {
		b := newBreakdown(fewKeys)
		for i := range m.val.Holdings {
			m.spreadMarkets(m.val.Holdings[i].Position, m.equityParts()[i], func(key string, amount decimal.Decimal) { b.add(key, amount, i) })
		}
		return b.sort()
	})
}

// spreadMarkets hands a position's equities to add by the market that the
// policy counts their country or region among (MSCI's classification).
func (m *model) spreadMarkets(p *portfolio.Position, equity decimal.Decimal, add func(string, decimal.Decimal)) {
	locate(p, equity, func(country, region string, amount decimal.Decimal) {
		key := m.policy.marketOf(country, region)
		if key == "" {
			key = unclassified
		}
		add(key, amount)
	})
}

// locate hands the places of an amount held in p to add. A country that lies
// outside the region is a fund's domicile and tells nothing, and neither does
// one that stands beside several regions: it is then "".
func locate(p *portfolio.Position, amount decimal.Decimal, add func(country, region string, amount decimal.Decimal)) {
	if amount.IsZero() {
		return
	}
	country := p.Instrument.Country
	if e := p.Instrument.Exposures; e != nil && len(e.Regions) > 1 {
		country = ""
	}
	dimRegion.spread(p, amount, func(region string, amount decimal.Decimal) {
		if portfolio.RegionOf(country) == region {
			add(country, region, amount)
		} else {
			add("", region, amount)
		}
	})
}

// equityParts is the value of each holding's exposure to equities.
func (m *model) equityParts() []decimal.Decimal {
	return m.equities.get(func() []decimal.Decimal {
		parts := make([]decimal.Decimal, len(m.val.Holdings))
		for i := range m.val.Holdings {
			dimClass.spread(m.val.Holdings[i].Position, m.val.Holdings[i].Value, func(key string, amount decimal.Decimal) {
				if key == string(portfolio.ClassEquity) {
					parts[i] = amount // a key comes once
				}
			})
		}
		return parts
	})
}

// holdings divides the invested value by instrument: positions of one
// instrument in several accounts are one part.
func (m *model) holdings() *breakdown {
	return m.instruments.get(func() *breakdown {
		b := newBreakdown(len(m.val.Holdings))
		for i := range m.val.Holdings {
			h := &m.val.Holdings[i]
			b.add(h.Instrument.Ref(), h.Value, i)
		}
		return b.sort()
	})
}

// singleIssuers divides what is held of single issuers by issuer. Diversified
// funds, cash equivalents and government bonds are left out. A part is called
// by its instrument or, if several share the issuer, by the issuer's name.
func (m *model) singleIssuers() *breakdown {
	return m.issuers.get(func() *breakdown {
		byKey := newBreakdown(fewKeys)
		var names []issuerName // of the parts
		for i := range m.val.Holdings {
			h := &m.val.Holdings[i]
			if h.Instrument.Diversified() {
				continue
			}
			if at := byKey.add(h.Instrument.IssuerKey(), h.Value, i); at == len(names) {
				names = append(names, issuerName{ref: h.Instrument.Ref(), issuer: strings.TrimSpace(h.Instrument.Issuer)})
			} else {
				names[at].meet(&h.Instrument)
			}
		}
		return byKey.rename(func(i int) string { return names[i].String() }).sort()
	})
}

// issuerName collects what the holdings of one issuer call it.
type issuerName struct {
	ref, issuer string
	several     bool // instruments
}

// meet keeps the first spelling in the alphabet, so that the order of the
// positions does not matter.
func (n *issuerName) meet(i *portfolio.Instrument) {
	n.several = n.several || i.Ref() != n.ref
	n.issuer = min(n.issuer, strings.TrimSpace(i.Issuer))
}

// String is the instrument's name, or the issuer's if it has several.
func (n *issuerName) String() string {
	if n.several {
		return n.issuer
	}
	return n.ref
}
