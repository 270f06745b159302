package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

// Label is the word for a member of a closed vocabulary, such as the class
// equity or the level moderate; what is in none comes back as it is.
func (r *Renderer) Label(kind, member string) string { return r.label(kind, member) }

// Share is the word for a line of an allocation by some kind. Cash and what is not
// classified go by the words for classes.
func (r *Renderer) Share(kind, member string) string {
	if name := r.label(kind, member); name != member {
		return name
	}
	return r.label(ofClass, member)
}

// Day writes a date of the form 2006-01-02 as the language does.
func (r *Renderer) Day(iso string) string { return r.day(iso) }

// Percent writes a fraction of one, "" as "".
func (r *Renderer) Percent(fraction string) string {
	d, err := decimal.NewFromString(fraction)
	if err != nil {
		return fraction
	}
	return r.Number.percent(d)
}

// Money writes an amount of a currency, "" as "".
func (r *Renderer) Money(amount string, currency portfolio.Currency) string {
	d, err := decimal.NewFromString(amount)
	if err != nil {
		return amount
	}
	return r.Number.money(d, currency)
}

// Quantity writes a number of shares in full.
func (r *Renderer) Quantity(plain string) string { return r.quantity(plain) }

// Value writes a value of a fact's unit.
func (r *Renderer) Value(f *analysis.Fact, value string) string {
	switch f.Unit {
	case analysis.Ratio:
		return r.Percent(value)
	case analysis.Money:
		return r.Money(value, f.Currency)
	case analysis.Level:
		return r.label("level", value)
	}
	d, err := decimal.NewFromString(value)
	if err != nil {
		return value
	}
	if f.Unit == analysis.Months || f.Unit == analysis.Years {
		written := *f
		written.Value = value
		return r.Number.trimmed(d, countPlacesOf(&written))
	}
	return r.Number.trimmed(d, coefficientPlace)
}
