package portfolio

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func wantDecimal(t *testing.T, what string, got decimal.Decimal, want string) {
	t.Helper()
	if !got.Equal(dec(want)) {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func position(ticker, quantity, price string, currency Currency) Position {
	return Position{
		Instrument: Instrument{ID: InstrumentID{Ticker: ticker}, Type: Equity},
		Quantity:   dec(quantity), Price: dec(price), Currency: currency,
	}
}

func TestValueInOneCurrency(t *testing.T) {
	p := &Portfolio{
		BaseCurrency: "USD",
		Accounts:     []Account{{ID: "ira", TaxTreatment: TaxDeferred}, {ID: "plain"}},
		Cash:         []Cash{{Currency: "USD", Amount: dec("5000"), AccountID: "ira"}, {Currency: "USD", Amount: dec("-0.01")}},
		Positions:    []Position{position("VTI", "200", "250", "USD"), position("XYZ", "-10", "3.5", "USD")},
	}
	p.Positions[0].AccountID = "ira"
	v, err := Value(p)
	if err != nil {
		t.Fatal(err)
	}
	wantDecimal(t, "invested", v.Invested, "49965")
	wantDecimal(t, "cash", v.CashTotal, "4999.99")
	wantDecimal(t, "total", v.Total, "54964.99")
	wantDecimal(t, "short position", v.Holdings[1].Value, "-35")
	if got := v.Holdings[0].TaxTreatment; got != TaxDeferred {
		t.Errorf("holding of the IRA is %s", got)
	}
	if a, b := v.Holdings[1].TaxTreatment, v.Cash[1].TaxTreatment; a != Taxable || b != Taxable {
		t.Errorf("without an account: %s and %s, want taxable", a, b)
	}
	if v.Holdings[1].Index != 1 || v.Holdings[1].Position != &p.Positions[1] {
		t.Error("a holding does not point at its position")
	}
}

func TestValueConverts(t *testing.T) {
	p := &Portfolio{
		BaseCurrency: "EUR",
		FXRates:      []FXRate{{From: "USD", To: "EUR", Rate: dec("0.92")}, {From: "EUR", To: "GBP", Rate: dec("0.8")}},
		Positions:    []Position{position("VTI", "3", "250.1", "USD"), position("VOD", "8", "0.7", "GBP")},
		Cash:         []Cash{{Currency: "GBP", Amount: dec("1")}},
	}
	p.Positions[0].CostBasis = new(dec("600"))
	v, err := Value(p)
	if err != nil {
		t.Fatal(err)
	}
	wantDecimal(t, "told rate", v.Holdings[0].Value, "690.276")
	wantDecimal(t, "cost", *v.Holdings[0].Cost, "552")
	wantDecimal(t, "inverse rate", v.Holdings[1].Value, "7")
	wantDecimal(t, "unit price", v.Holdings[1].UnitPrice, "0.875")
	wantDecimal(t, "cash", v.CashTotal, "1.25")
}

func TestValueCost(t *testing.T) {
	lots := []TaxLot{{Quantity: dec("4"), UnitCost: dec("10")}, {Quantity: dec("6"), UnitCost: dec("20")}}
	for _, tc := range []struct {
		name     string
		quantity string
		position Position
		want     string
	}{
		{"basis is the total", "10", Position{CostBasis: new(dec("150")), TaxLots: lots}, "150"},
		{"average is per unit", "10", Position{AverageCost: new(dec("15.5"))}, "155"},
		{"lots", "10", Position{TaxLots: lots}, "160"},
		{"nothing told", "10", Position{}, ""},
		{"short sale's proceeds", "-10", Position{CostBasis: new(dec("150"))}, "-150"},
		{"short sale's proceeds, negative already", "-10", Position{CostBasis: new(dec("-150"))}, "-150"},
		{"short at an average", "-10", Position{AverageCost: new(dec("15"))}, "-150"},
	} {
		tc.position.Quantity, tc.position.Price, tc.position.Currency = dec(tc.quantity), dec("17"), "USD"
		v, err := Value(&Portfolio{BaseCurrency: "USD", Positions: []Position{tc.position}})
		if err != nil {
			t.Fatal(err)
		}
		cost := v.Holdings[0].Cost
		if tc.want == "" && cost != nil {
			t.Errorf("%s: cost %s", tc.name, cost)
		}
		if tc.want != "" {
			wantDecimal(t, tc.name, *cost, tc.want)
		}
	}
}

func TestValueNamesTheMissingRate(t *testing.T) {
	for name, p := range map[string]*Portfolio{
		"position": {Positions: []Position{position("TM", "1", "1", "JPY")}},
		"cash":     {Cash: []Cash{{Currency: "JPY"}}},
		"two others": {
			Cash: []Cash{{Currency: "JPY"}},
			FXRates: []FXRate{{From: "JPY", To: "EUR", Rate: dec("0.006")}, {From: "EUR", To: "GBP", Rate: dec("0.9")},
				{From: "GBP", To: "USD", Rate: dec("1.2")}},
		},
	} {
		p.BaseCurrency = "USD"
		_, err := Value(p)
		var missing *MissingRateError
		if !errors.As(err, &missing) || *missing != (MissingRateError{From: "JPY", To: "USD"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestToldRateBeatsInverse(t *testing.T) {
	direct := FXRate{From: "EUR", To: "USD", Rate: dec("1.1")}
	inverse := FXRate{From: "USD", To: "EUR", Rate: dec("0.909")}
	for _, rates := range [][]FXRate{{direct, inverse}, {inverse, direct}} {
		got, err := NewRates(&Portfolio{BaseCurrency: "USD", FXRates: rates}).ToBase("EUR")
		if err != nil {
			t.Fatal(err)
		}
		wantDecimal(t, "rate", got, "1.1")
	}
}

func TestRatesThroughOneOther(t *testing.T) {
	eur := FXRate{From: "EUR", To: "USD", Rate: dec("1.25")}
	for name, tt := range map[string]struct {
		rates []FXRate
		want  string
	}{
		"onward":             {[]FXRate{eur, {From: "JPY", To: "EUR", Rate: dec("0.008")}}, "0.01"},
		"back":               {[]FXRate{{From: "EUR", To: "JPY", Rate: dec("125")}, eur}, "0.01"},
		"back and inverted":  {[]FXRate{{From: "EUR", To: "JPY", Rate: dec("125")}, {From: "USD", To: "EUR", Rate: dec("0.8")}}, "0.01"},
		"told beats derived": {[]FXRate{eur, {From: "JPY", To: "EUR", Rate: dec("0.008")}, {From: "USD", To: "JPY", Rate: dec("80")}}, "0.0125"},
		"first in the alphabet": {[]FXRate{{From: "JPY", To: "GBP", Rate: dec("0.005")}, {From: "GBP", To: "USD", Rate: dec("3")},
			eur, {From: "JPY", To: "EUR", Rate: dec("0.008")}}, "0.01"},
	} {
		for range 2 {
			got, err := NewRates(&Portfolio{BaseCurrency: "USD", FXRates: tt.rates}).ToBase("JPY")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wantDecimal(t, name, got, tt.want)
			slices.Reverse(tt.rates)
		}
	}
}

// The order in which a caller lists positions, and how many accounts a holding
// is spread over, say nothing about what it is worth.
func TestValueIgnoresOrderAndSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Custom(func(t *rapid.T) decimal.Decimal {
			return decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "coefficient"), -rapid.Int32Range(0, 6).Draw(t, "places"))
		})
		positions := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Position {
			return Position{Quantity: amount.Draw(t, "quantity"), Price: amount.Draw(t, "price"),
				Currency: rapid.SampledFrom([]Currency{"USD", "EUR", "GBP"}).Draw(t, "currency")}
		}), 1, 12).Draw(t, "positions")
		p := Portfolio{BaseCurrency: "USD", Positions: positions, FXRates: []FXRate{
			{From: "EUR", To: "USD", Rate: dec("1.085")}, {From: "USD", To: "GBP", Rate: dec("0.79")}}}
		shuffled := p
		shuffled.Positions = rapid.Permutation(positions).Draw(t, "order")
		first, rest := shuffled.Positions[0], shuffled.Positions[0]
		first.Quantity = first.Quantity.Div(decimal.NewFromInt(2)).Truncate(3)
		rest.Quantity = rest.Quantity.Sub(first.Quantity)
		shuffled.Positions = append([]Position{rest, first}, shuffled.Positions[1:]...)
		a, errA := Value(&p)
		b, errB := Value(&shuffled)
		if errA != nil || errB != nil || !a.Total.Equal(b.Total) {
			t.Fatalf("%v %v: %s and %s", errA, errB, a.Total, b.Total)
		}
	})
}

// What no rate converts is left out and listed, not counted as zero.
func TestExcludeUnconvertible(t *testing.T) {
	p := &Portfolio{
		AsOf: NewDate(2026, time.November, 20), BaseCurrency: "USD",
		Positions: []Position{position("NESN", "3", "100", "CHF"), position("VTI", "2", "250", "USD")},
		Cash:      []Cash{{Currency: "JPY", Amount: dec("1000")}, {Currency: "USD", Amount: dec("5")}},
	}
	if _, err := Value(p); err == nil {
		t.Error("valued what has no rate")
	}
	p.ExcludeUnconvertible = true
	if faults := Validate(p, nil, nil, nil); faults != nil {
		t.Errorf("refused: %v", faults)
	}
	v, err := Value(p)
	if err != nil {
		t.Fatal(err)
	}
	wantDecimal(t, "total", v.Total, "505")
	if len(v.Holdings) != 1 || v.Holdings[0].Index != 1 || len(v.Cash) != 1 {
		t.Errorf("holdings %+v, cash %+v", v.Holdings, v.Cash)
	}
	want := []Exclusion{{"/portfolio/positions/0", "NESN", "CHF"}, {"/portfolio/cash/0", "", "JPY"}}
	if diff := cmp.Diff(want, v.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	p.Positions = p.Positions[:1]
	if faults := Validate(p, nil, nil, nil); len(faults) != 0 { // five dollars are left
		t.Errorf("refused: %v", faults)
	}
	p.Cash = p.Cash[:1]
	if faults := Validate(p, nil, nil, nil); len(faults) != 1 || faults[0].Code != "no_value" {
		t.Errorf("nothing that can be valued: %v", faults)
	}
}
