package portfolio

import "testing"

func TestInstrumentRef(t *testing.T) {
	for _, tc := range []struct {
		id   InstrumentID
		want string
	}{
		{InstrumentID{Ticker: "AAPL", ISIN: "US0378331005"}, "AAPL"},
		{InstrumentID{ISIN: "US0378331005", CUSIP: "037833100"}, "US0378331005"},
		{InstrumentID{CUSIP: "037833100", FIGI: "BBG000B9XRY4"}, "037833100"},
		{InstrumentID{FIGI: "BBG000B9XRY4", SEDOL: "2046251"}, "BBG000B9XRY4"},
		{InstrumentID{SEDOL: "2046251"}, "2046251"},
	} {
		if got := (&Instrument{ID: tc.id}).Ref(); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.id, got, tc.want)
		}
	}
}

func TestInstrumentIssuerKey(t *testing.T) {
	classA := Instrument{ID: InstrumentID{Ticker: "GOOGL"}, Issuer: "Alphabet Inc."}
	classC := Instrument{ID: InstrumentID{Ticker: "GOOG"}, Issuer: " alphabet inc. "}
	if classA.IssuerKey() != classC.IssuerKey() {
		t.Errorf("share classes of one issuer: %q and %q", classA.IssuerKey(), classC.IssuerKey())
	}
	for told, want := range map[string]string{
		"Alphabet": "alphabet", "ALPHABET INC": "alphabet", "Nestlé S.A.": "nestlé", "JPMorgan Chase & Co.": "jpmorgan chase",
		"Tesla, Inc.": "tesla", "Volkswagen AG": "volkswagen", "Co": "co", "AB Volvo": "ab volvo", "Coca-Cola Company": "coca-cola",
	} {
		if got := (&Instrument{Issuer: told}).IssuerKey(); got != want {
			t.Errorf("%q: %q, want %q", told, got, want)
		}
	}
	if got := (&Instrument{ID: InstrumentID{Ticker: "GOOG"}}).IssuerKey(); got != "GOOG" {
		t.Errorf("no issuer told: %q", got)
	}
}

func TestInstrumentDiversified(t *testing.T) {
	for _, tc := range []struct {
		Type           InstrumentType
		sector, issuer string
		want           bool
	}{
		{ETF, "", "", true}, {MutualFund, "", "", true}, {CashEquivalent, "", "", true}, {RealEstate, "", "", true},
		{FixedIncome, "Government", "", true}, {FixedIncome, "corporate", "", false},
		{Commodity, "", "", true}, {Commodity, "", "Metal Notes plc", false},
		{Equity, "government", "", false}, {Cryptocurrency, "", "", false}, {Derivative, "", "", false}, {"", "", "", false},
	} {
		if got := (&Instrument{Type: tc.Type, Sector: tc.sector, Issuer: tc.issuer}).Diversified(); got != tc.want {
			t.Errorf("%s %s %s: %v, want %v", tc.Type, tc.sector, tc.issuer, got, tc.want)
		}
	}
}

func TestInstrumentClass(t *testing.T) {
	for _, tc := range []struct {
		told AssetClass
		typ  InstrumentType
		want AssetClass
	}{
		{ClassCommodity, ETF, ClassCommodity},
		{"", Equity, ClassEquity}, {"", FixedIncome, ClassFixedIncome}, {"", CashEquivalent, ClassCash},
		{"", ETF, ClassUnclassified}, {"", Derivative, ClassUnclassified}, {"", "", ClassUnclassified},
	} {
		if got := (&Instrument{AssetClass: tc.told, Type: tc.typ}).Class(); got != tc.want {
			t.Errorf("%q of type %q: %s, want %s", tc.told, tc.typ, got, tc.want)
		}
	}
}

func TestInstrumentRegion(t *testing.T) {
	for _, tc := range []struct{ told, country, want string }{
		{"emerging", "CN", "emerging"}, {"", "DE", "europe"}, {"", "US", "north_america"}, {"", "", ""},
	} {
		if got := (&Instrument{Region: tc.told, Country: tc.country}).RegionOrDerived(); got != tc.want {
			t.Errorf("%+v: %q", tc, got)
		}
	}
}
