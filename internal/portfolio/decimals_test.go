package portfolio

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// anyDecimal draws numbers on both sides of every limit of one machine word
// and of two.
func anyDecimal(t *rapid.T) decimal.Decimal {
	digits := rapid.OneOf(rapid.StringMatching(`[0-9]{1,45}`), rapid.StringMatching(`9{17,19}|10{17,19}|9{35,38}|10{35,38}|[1-9]0{1,40}`))
	n, _ := new(big.Int).SetString(rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign")+digits.Draw(t, "digits"), 10)
	return decimal.NewFromBigInt(n, rapid.Int32Range(-45, 20).Draw(t, "exponent"))
}

// Numbers of every size are written as package decimal writes them.
func TestDecimalsAreWrittenAsByTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, places := anyDecimal(t), rapid.Int32Range(0, 25).Draw(t, "places")
		if got, want := Fixed(d, places), d.StringFixed(places); got != want {
			t.Errorf("Fixed(%s, %d) = %s, want %s", d, places, got, want)
		}
		if got, want := Plain(d), d.String(); got != want {
			t.Errorf("Plain(%s) = %s", want, got)
		}
		if got, want := Within(d, places), d.Round(places); !got.Equal(want) {
			t.Errorf("Within(%s, %d) = %s, want %s", d, places, got, want)
		}
		other := anyDecimal(t)
		if got, want := CompareWithin(d, other, places), d.Round(places).Cmp(other.Round(places)); got != want {
			t.Errorf("CompareWithin(%s, %s, %d) = %d, want %d", d, other, places, got, want)
		}
	})
}

func TestPlainKeepsNoZerosAtTheEnd(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		exp  int32
		want string
	}{
		{0, 0, "0"}, {0, -3, "0"}, {0, 5, "0"}, {7, 0, "7"}, {-7, -1, "-0.7"}, {100, -2, "1"}, {100, -3, "0.1"}, {100, 0, "100"},
		{105, -2, "1.05"}, {-1, -30, "-0.000000000000000000000000000001"}, {3, 2, "300"},
		{math.MinInt64, -2, "-92233720368547758.08"}, {math.MaxInt64, 0, "9223372036854775807"},
	} {
		if got := Plain(decimal.New(tt.n, tt.exp)); got != tt.want {
			t.Errorf("%de%d: %s, want %s", tt.n, tt.exp, got, tt.want)
		}
	}
}

func TestShiftedFitsAWord(t *testing.T) {
	const most = 999_999_999_999_999_999
	for _, tt := range []struct {
		n      int64
		places int32
		want   int64
		fits   bool
	}{
		{0, 100, 0, true}, {1, 17, 1e17, true}, {-1, 17, -1e17, true}, {1, 18, 0, false}, {1, 19, 0, false},
		{most, 0, most, true}, {-most, 0, -most, true}, {most + 1, 0, 0, false}, {-most - 1, 0, 0, false},
		{most / 10, 1, most - 9, true}, {most/10 + 1, 1, 0, false}, {math.MinInt64, 0, 0, false}, {math.MinInt64, 18, 0, false},
	} {
		if got, fits := Shifted(tt.n, tt.places); fits != tt.fits || fits && got != tt.want {
			t.Errorf("Shifted(%d, %d) = %d, %v", tt.n, tt.places, got, fits)
		}
	}
}

// What fits a word takes the memory of its text alone.
func TestWritingAWordAllocatesOnce(t *testing.T) {
	d, round := decimal.RequireFromString("8100.25"), decimal.New(81, 2)
	for name, write := range map[string]func() string{
		"Fixed":                   func() string { return Fixed(d, 2) },
		"Plain":                   func() string { return Plain(d) },
		"Plain, with an exponent": func() string { return Plain(round) },
	} {
		if got := testing.AllocsPerRun(100, func() { _ = write() }); got > 1 {
			t.Errorf("%s allocates %v times", name, got)
		}
	}
}

func TestRoundingAWordAllocatesItsOutcomeAlone(t *testing.T) {
	d := decimal.RequireFromString("8100.2571")
	if got := testing.AllocsPerRun(100, func() { _ = Within(d, 2) }); got > 2 {
		t.Errorf("Within allocates %v times", got)
	}
}

// A share has as many digits as its division went on for. To compare it with a limit
// takes a copy of them and no more.
func TestComparingAQuotientAllocatesItsDigitsAlone(t *testing.T) {
	share, limit := decimal.NewFromInt(1).DivRound(decimal.NewFromInt(3), 28), decimal.New(1, -1)
	if got := testing.AllocsPerRun(100, func() { _ = CompareWithin(share, limit, 12) }); got > 2 {
		t.Errorf("CompareWithin allocates %v times", got)
	}
}

func BenchmarkWrite(b *testing.B) {
	d := decimal.RequireFromString("-81004.257")
	b.Run("Fixed", func(b *testing.B) {
		for b.Loop() {
			_ = Fixed(d, 2)
		}
	})
	b.Run("Plain", func(b *testing.B) {
		for b.Loop() {
			_ = Plain(d)
		}
	})
}
