package portfolio

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnify(t *testing.T) {
	const isin, cusip = "US0378331005", "037833100"
	instruments := func() []Instrument {
		return []Instrument{
			{ID: InstrumentID{ISIN: isin}},
			{ID: InstrumentID{Ticker: "AAPL", ISIN: isin, CUSIP: cusip}, Issuer: "Apple Inc."},
			{ID: InstrumentID{CUSIP: cusip}, Issuer: " "},
			{ID: InstrumentID{Ticker: "APC", ISIN: isin}}, // of another exchange
			{ID: InstrumentID{Ticker: "AAPL"}},
			{ID: InstrumentID{ISIN: "US5949181045"}, Issuer: "Microsoft"},
		}
	}
	want := []Instrument{
		{ID: InstrumentID{Ticker: "AAPL", ISIN: isin}, Issuer: "Apple Inc."},
		{ID: InstrumentID{Ticker: "AAPL", ISIN: isin, CUSIP: cusip}, Issuer: "Apple Inc."},
		{ID: InstrumentID{Ticker: "AAPL", CUSIP: cusip}, Issuer: "Apple Inc."},
		{ID: InstrumentID{Ticker: "APC", ISIN: isin}},
		{ID: InstrumentID{Ticker: "AAPL"}, Issuer: "Apple Inc."},
		{ID: InstrumentID{ISIN: "US5949181045"}, Issuer: "Microsoft"},
	}
	for _, backwards := range [...]bool{false, true} {
		given, want := instruments(), slices.Clone(want)
		if backwards {
			slices.Reverse(given)
			slices.Reverse(want)
		}
		p, list := &Portfolio{}, []Candidate{{Instrument: given[len(given)-1]}}
		for _, i := range given[:len(given)-1] {
			p.Positions = append(p.Positions, Position{Instrument: i})
		}
		Unify(p, list)
		var got []Instrument
		for _, x := range p.Positions {
			got = append(got, x.Instrument)
		}
		if diff := cmp.Diff(want, append(got, list[0].Instrument)); diff != "" {
			t.Errorf("unified, backwards %t (-want +got):\n%s", backwards, diff)
		}
	}
}
