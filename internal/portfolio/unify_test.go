package portfolio

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
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

// TestUnifyNames counts no sector or region twice because it is spelt twice.
func TestUnifyNames(t *testing.T) {
	shares := func(list ...any) map[string]decimal.Decimal {
		m := map[string]decimal.Decimal{}
		for i := 0; i < len(list); i += 2 {
			m[list[i].(string)] = dec(list[i+1].(string))
		}
		return m
	}
	for _, tt := range []struct {
		name        string
		given, want []Instrument
	}{
		{"case and space", []Instrument{{Sector: "Energy"}, {Sector: " energy "}, {Sector: "ENERGY"}}, []Instrument{{Sector: "energy"}, {Sector: "energy"}, {Sector: "energy"}}},
		{"ours", []Instrument{{Sector: "information_technology"}, {Sector: "Information  Technology"}}, []Instrument{{Sector: "information_technology"}, {Sector: "information_technology"}}},
		{"theirs", []Instrument{{Sector: "Oil & Gas"}, {Sector: "Oil  & GAS"}}, []Instrument{{Sector: "Oil & Gas"}, {Sector: "Oil & Gas"}}},
		{"told once", []Instrument{{Sector: "Oil & Gas"}, {Sector: "Energy"}}, []Instrument{{Sector: "Oil & Gas"}, {Sector: "Energy"}}},
		{"nothing", []Instrument{{Sector: "  ", Region: " "}}, []Instrument{{}}},
		{"a region that countries are in", []Instrument{{Region: "North America"}, {Region: "EUROPE", Country: "DE"}}, []Instrument{{Region: "north_america"}, {Region: "europe", Country: "DE"}}},
		{"cash", []Instrument{{Sector: "Cash", Region: "CASH"}}, []Instrument{{Sector: "cash", Region: "cash"}}},
		{"look-through", []Instrument{{Exposures: &Exposures{Sectors: shares("Energy", "0.3", "energy", "0.2", "", "0.1"), Regions: shares("Europe", "1")}}, {Sector: "ENERGY"}},
			[]Instrument{{Exposures: &Exposures{Sectors: shares("energy", "0.5"), Regions: shares("europe", "1")}}, {Sector: "energy"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &Portfolio{}
			for _, i := range tt.given {
				p.Positions = append(p.Positions, Position{Instrument: i})
			}
			Unify(p, nil)
			var got []Instrument
			for _, x := range p.Positions {
				got = append(got, x.Instrument)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
