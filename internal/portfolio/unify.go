package portfolio

import "strings"

// Unify completes what p's positions and a buy list say of one instrument by
// each other, so that it is recognised wherever it stands: one custodian gives
// a ticker and an ISIN, the next an ISIN alone. Who tells no ticker gets that of
// the same ISIN, CUSIP, FIGI or SEDOL; who tells no issuer, that of the same
// instrument. Where several are told, the first in the alphabet counts. Sectors
// and regions get one spelling: Energy and energy are one.
func Unify(p *Portfolio, list []Candidate) {
	all := make([]*Instrument, 0, len(p.Positions)+len(list))
	for i := range p.Positions {
		all = append(all, &p.Positions[i].Instrument)
	}
	for i := range list {
		all = append(all, &list[i].Instrument)
	}
	unifyTickers(all)
	unifyIssuers(all)
	unifyNames(all)
}

func unifyTickers(all []*Instrument) {
	tickers := make(map[string]string)
	for _, i := range all {
		for _, id := range i.ID.numbers() {
			if first, met := tickers[id]; i.ID.Ticker != "" && (!met || i.ID.Ticker < first) {
				tickers[id] = i.ID.Ticker
			}
		}
	}
	for _, i := range all {
		for _, id := range i.ID.numbers() {
			if i.ID.Ticker == "" {
				i.ID.Ticker = tickers[id]
			}
		}
	}
}

func unifyIssuers(all []*Instrument) {
	issuers := make(map[string]string)
	for _, i := range all {
		issuer := strings.TrimSpace(i.Issuer)
		if first, met := issuers[i.Ref()]; issuer != "" && (!met || issuer < first) {
			issuers[i.Ref()] = issuer
		}
	}
	for _, i := range all {
		if issuer := issuers[i.Ref()]; strings.TrimSpace(i.Issuer) == "" {
			i.Issuer = issuer
		}
	}
}

// numbers lists the identifiers that are told and that nobody chooses. No two
// kinds of them look alike.
func (id *InstrumentID) numbers() (numbers []string) {
	for _, n := range [...]string{id.ISIN, id.CUSIP, id.FIGI, id.SEDOL} {
		if n != "" {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
