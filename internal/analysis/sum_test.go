package analysis

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestSumIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got sum
		var want decimal.Decimal
		for range rapid.IntRange(0, 20).Draw(t, "terms") {
			d := decimal.New(rapid.Int64().Draw(t, "coefficient"), int32(rapid.IntRange(-40, 12).Draw(t, "exponent")))
			if rapid.Bool().Draw(t, "long") {
				d = d.Mul(decimal.New(1234567890123456789, -9)) // more digits than an int64 has
			}
			before := d.String()
			got.add(d)
			want = want.Add(d)
			if d.String() != before {
				t.Fatalf("adding changed the term to %s, was %s", d, before)
			}
		}
		if !got.decimal().Equal(want) {
			t.Fatalf("sum = %s, want %s", got.decimal(), want)
		}
	})
}

// A sum that is handed out must not change when it goes on.
func TestSumIsCopied(t *testing.T) {
	var s sum
	s.add(dec("1.5"))
	first := s.decimal()
	s.add(dec("2"))
	if !first.Equal(dec("1.5")) || !s.decimal().Equal(dec("3.5")) {
		t.Errorf("sums %s and %s, want 1.5 and 3.5", first, s.decimal())
	}
}
