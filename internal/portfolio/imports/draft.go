package imports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// maxListed bounds what is listed of a file in which hardly anything fits.
const maxListed = 1000

// draft collects what a reader finds. Account numbers stay behind: accounts are
// named account-1, account-2 and so on in the order of the file.
type draft struct {
	Result
	known    Known
	numbers  notation // of a table
	accounts map[string]string
	priceAt  []bool // by position: whether the price was told
	at       []string
}

func newDraft(known Known) *draft {
	return &draft{known: known, accounts: map[string]string{}}
}

// skip lists a part of the file that is not mapped.
func (d *draft) skip(at, code, detail string) {
	switch n := len(d.Unmapped); {
	case n < maxListed:
		d.Unmapped = append(d.Unmapped, Unmapped{At: at, Code: code, Detail: detail})
	case n == maxListed:
		d.Unmapped = append(d.Unmapped, Unmapped{Code: "more", Detail: "More of the file was not mapped than is listed."})
	}
}

// ask asks for something that makes the answer better.
func (d *draft) ask(pointer, at, code, detail string) {
	d.Missing = append(d.Missing, Question{Pointer: pointer, At: at, Code: code, Detail: detail})
}

// account returns the id under which an account of the file goes, told by
// whatever names it there; "" for a file without accounts. The tax treatment
// is asked for when the file does not tell it.
func (d *draft) account(key, at string, tax portfolio.TaxTreatment) string {
	if key == "" {
		return ""
	}
	if id, ok := d.accounts[key]; ok {
		return id
	}
	id := "account-" + strconv.Itoa(len(d.accounts)+1)
	d.accounts[key] = id
	if tax == "" {
		d.ask(fmt.Sprintf("/portfolio/accounts/%d/tax_treatment", len(d.Portfolio.Accounts)), at, "tax_treatment",
			"How are gains inside this account taxed? Without an answer it counts as taxable.")
	}
	d.Portfolio.Accounts = append(d.Portfolio.Accounts, portfolio.Account{ID: id, TaxTreatment: tax})
	return id
}

// cash adds a balance; what is zero or absent is none.
func (d *draft) cash(account string, cur portfolio.Currency, amount *decimal.Decimal) {
	if amount != nil && !amount.IsZero() {
		d.Portfolio.Cash = append(d.Portfolio.Cash, portfolio.Cash{AccountID: account, Currency: cur, Amount: *amount})
	}
}

// balance adds the dollars of a row that is one of cash, or lists it.
func (d *draft) balance(at, account string, amount *decimal.Decimal) {
	if amount == nil {
		d.skip(at, "no_quantity", "The balance is left out: its amount is not told, or not readable.")
	}
	d.cash(account, "USD", amount)
}

// askCash is for files, or accounts at a place in one, that list positions
// alone. One answer has all balances, so that it is asked once.
func (d *draft) askCash(at string) {
	if slices.ContainsFunc(d.Missing, func(q Question) bool { return q.Code == "cash" }) {
		return
	}
	d.ask("/portfolio/cash", at, "cash",
		"The file has no cash balances. Give them without money market funds that are among its positions.")
}

// holdsMoney reports whether any cash or money market fund was read, as those
// files have it that list the two among the positions.
func (d *draft) holdsMoney() bool {
	return len(d.Portfolio.Cash) > 0 || slices.ContainsFunc(d.Portfolio.Positions, func(p portfolio.Position) bool {
		return p.Instrument.Class() == portfolio.ClassCash || strings.EqualFold(p.Instrument.Name, "cash")
	})
}

// finish asks for what the domain would refuse the portfolio for.
func (d *draft) finish() (Result, error) {
	d.dates()
	d.baseCurrency()
	if n := len(d.Portfolio.Positions); n > portfolio.MaxPositions {
		return Result{}, portfolio.Faults{{Code: "too_many", Detail: fmt.Sprintf("At most %d positions are allowed.", portfolio.MaxPositions)}}
	}
	var required []Question
	for i, told := range d.priceAt {
		if !told {
			required = append(required, Question{
				Pointer: positionPointer(i) + "/price", At: d.at[i], Code: "required", Required: true,
				Detail: "What is one unit worth? The file tells no price.",
			})
		}
	}
	for _, f := range portfolio.Validate(&d.Portfolio, nil, nil, nil) {
		switch {
		case f.Code == "too_many":
			return Result{}, portfolio.Faults{{Code: f.Code, Detail: f.Detail}}
		case f.Code != "no_value" || len(required) == 0: // what lacks a price has no value yet
			required = append(required, Question{Pointer: f.Pointer, At: d.placeOf(f.Pointer), Code: f.Code, Detail: f.Detail, Required: true})
		}
	}
	d.Missing = append(required, d.Missing...)
	return d.Result, nil
}

// dates puts the caller's date in the place of one that is not told.
func (d *draft) dates() {
	if d.Portfolio.AsOf.IsZero() {
		d.Portfolio.AsOf = d.known.AsOf
	}
}

// baseCurrency is the one told or, when everything is in one currency, that.
func (d *draft) baseCurrency() {
	p := &d.Portfolio
	if p.BaseCurrency == "" {
		p.BaseCurrency = d.known.BaseCurrency
	}
	if p.BaseCurrency != "" {
		return
	}
	var all []portfolio.Currency
	for i := range p.Positions {
		all = append(all, p.Positions[i].Currency)
	}
	for _, c := range p.Cash {
		all = append(all, c.Currency)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		p.BaseCurrency = all[0]
	}
}

func positionPointer(i int) string { return "/portfolio/positions/" + strconv.Itoa(i) }

// placeOf finds where in the file the position of a pointer stands.
func (d *draft) placeOf(pointer string) string {
	var i int
	if n, _ := fmt.Sscanf(pointer, "/portfolio/positions/%d/", &i); n == 1 && i < len(d.at) {
		return d.at[i]
	}
	return ""
}
