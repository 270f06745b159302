package analysis

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// anyDecimal draws numbers on both sides of every limit of a machine word.
func anyDecimal(t *rapid.T, name string) decimal.Decimal {
	d := decimal.New(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000, 1000), rapid.Just(int64(math.MinInt64)),
		rapid.SampledFrom([]int64{999_999_999_999_999_999, 1_000_000_000_000_000_000, -999_999_999_999_999_999})).Draw(t, name),
		int32(rapid.IntRange(-40, 20).Draw(t, name+" exponent")))
	if rapid.IntRange(0, 3).Draw(t, name+" long") == 0 {
		d = d.Mul(decimal.New(1234567890123456789, -9))
	}
	return d
}

// The fast ways give what package decimal gives, to the last digit.
func TestArithmeticIsThatOfDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDecimal(t, "a"), anyDecimal(t, "b")
		if got, want := minus(a, b), a.Sub(b); !got.Equal(want) {
			t.Errorf("%s - %s = %s, want %s", a, b, got, want)
		}
		if got, want := compare(a, b, approximately(a), approximately(b)), a.Cmp(b); got != want {
			t.Errorf("compare(%s, %s) = %d, want %d", a, b, got, want)
		}
		got, ok := ratio(a, b)
		if ok != b.IsPositive() {
			t.Fatalf("%s/%s: %v", a, b, ok)
		}
		if ok && !got.Equal(a.DivRound(b, ratioPlaces)) {
			t.Errorf("%s/%s = %s, want %s", a, b, got, a.DivRound(b, ratioPlaces))
		}
	})
}

func TestRatioRoundsHalfAwayFromZero(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"1", "3", "0.3333333333333333333333333333"}, {"2", "3", "0.6666666666666666666666666667"},
		{"-2", "3", "-0.6666666666666666666666666667"}, {"0.0000000000000000000000000001", "2", "0.0000000000000000000000000001"},
		{"-0.0000000000000000000000000001", "2", "-0.0000000000000000000000000001"}, {"0", "7", "0"},
		{"999999999999999999", "0.000000000000000001", "999999999999999999000000000000000000"},
	} {
		if got, ok := ratio(dec(tt.a), dec(tt.b)); !ok || got.String() != tt.want {
			t.Errorf("%s/%s = %s, want %s", tt.a, tt.b, got, tt.want)
		}
	}
}

// What fits into words takes next to no memory: portfolios are full of it.
func TestWordsTakeLittleMemory(t *testing.T) {
	a, b := dec("8100.25"), dec("100000.0000001")
	for name, tt := range map[string]struct {
		most float64
		do   func()
	}{
		"ratio":   {4, func() { _, _ = ratio(a, b) }},
		"minus":   {2, func() { _ = minus(a, b) }},
		"compare": {0, func() { _ = compare(a, b, approximately(a), approximately(b)) }},
	} {
		if got := testing.AllocsPerRun(100, tt.do); got > tt.most {
			t.Errorf("%s allocates %v times, want at most %v", name, got, tt.most)
		}
	}
}
