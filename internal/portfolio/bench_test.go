package portfolio

import (
	"fmt"
	"testing"
	"time"
)

// large is a portfolio of as many positions as are allowed.
func large(edit func(*Position)) *Portfolio {
	p := &Portfolio{AsOf: NewDate(2026, time.November, 20), BaseCurrency: "USD",
		FXRates: []FXRate{{From: "EUR", To: "USD", Rate: dec("1.085")}}}
	for i := range MaxPositions {
		x := position(fmt.Sprintf("T%d", i), fmt.Sprint(i+1), "12.34", "EUR")
		x.PositionID = fmt.Sprintf("p%d", i)
		x.Instrument.ID.ISIN = "US0378331005"
		x.TaxLots = []TaxLot{{LotID: "a", AcquiredOn: p.AsOf, Quantity: x.Quantity, UnitCost: dec("10")}}
		edit(&x)
		p.Positions = append(p.Positions, x)
	}
	return p
}

func BenchmarkValidateAndValue(b *testing.B) {
	p := large(func(*Position) {})
	for b.Loop() {
		if faults := Validate(p, nil, nil, nil); faults != nil {
			b.Fatal(faults)
		}
		if _, err := Value(p); err != nil {
			b.Fatal(err)
		}
	}
}
