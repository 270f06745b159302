package budget

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNanoString(t *testing.T) {
	for n, want := range map[Nano]string{
		0:              "0",
		1:              "0.000000001",
		470_500:        "0.0004705",
		1_000_000_000:  "1",
		-1:             "-0.000000001",
		-1_500_000_000: "-1.5",
		10_000_000_000: "10",
		MaxNano:        "9223372036.854775807",
		math.MinInt64:  "-9223372036.854775808",
	} {
		if got := n.String(); got != want {
			t.Errorf("Nano(%d).String() = %q, want %q", int64(n), got, want)
		}
	}
}

func TestParseUSD(t *testing.T) {
	for s, want := range map[string]Nano{
		"0": 0, "10": 10e9, "10.00": 10e9, "0.0004705": 470_500, "-0": 0, "-2.5": -2_500_000_000,
		"0.000000001": 1, "0.00000000100": 1, "007": 7e9, "9223372036.854775807": MaxNano,
	} {
		if got, err := ParseUSD(s); got != want || err != nil {
			t.Errorf("ParseUSD(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
}

func TestParseUSDRefuses(t *testing.T) {
	for s, want := range map[string]error{
		"": ErrSyntax, "-": ErrSyntax, ".5": ErrSyntax, "5.": ErrSyntax, "+5": ErrSyntax, "1e3": ErrSyntax, "$5": ErrSyntax,
		"1,000": ErrSyntax, " 1": ErrSyntax, "1 ": ErrSyntax, "NaN": ErrSyntax, "--1": ErrSyntax, "1.-5": ErrSyntax, "1.2.3": ErrSyntax,
		"٣": ErrSyntax, "0.0000000001": ErrSyntax,
		"9223372036.854775808": ErrOverflow, strings.Repeat("9", 400): ErrOverflow,
	} {
		if got, err := ParseUSD(s); !errors.Is(err, want) || got != 0 {
			t.Errorf("ParseUSD(%q) = %d, %v, want %v", s, got, err, want)
		}
	}
}

func TestNanoRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Nano(rapid.Int64().Draw(t, "n"))
		if got, err := ParseUSD(n.String()); got != n || err != nil {
			t.Fatalf("ParseUSD(%q) = %d, %v, want %d", n, got, err, n)
		}
	})
}

func FuzzParseUSD(f *testing.F) {
	for _, s := range []string{"0", "-1.5", "0.000000001", "9223372036.854775808", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseUSD(s)
		if err != nil {
			return
		}
		if again, err := ParseUSD(n.String()); again != n || err != nil {
			t.Errorf("ParseUSD(%q) = %d, but its text %q reads as %d, %v", s, n, n, again, err)
		}
	})
}

func TestAddOverflow(t *testing.T) {
	for _, c := range [][2]Nano{{MaxNano, 1}, {math.MinInt64, -1}, {MaxNano, MaxNano}, {math.MinInt64, math.MinInt64}} {
		if sum, err := c[0].Add(c[1]); !errors.Is(err, ErrOverflow) || sum != 0 {
			t.Errorf("%d + %d = %d, %v, want ErrOverflow", c[0], c[1], sum, err)
		}
	}
	if sum, err := MaxNano.Add(math.MinInt64); sum != -1 || err != nil {
		t.Errorf("MaxNano + MinInt64 = %d, %v, want -1", sum, err)
	}
}

func TestUSDForGauges(t *testing.T) {
	if got := Nano(470_500).USD(); got != 0.0004705 {
		t.Errorf("USD() = %v, want 0.0004705", got)
	}
}

func TestNanoInConfiguration(t *testing.T) {
	n := Nano(7)
	if err := n.UnmarshalText([]byte("1,5")); !errors.Is(err, ErrSyntax) || n != 7 {
		t.Errorf("UnmarshalText of nonsense: %v, now %d, want ErrSyntax and no change", err, n)
	}
	if err := n.UnmarshalText([]byte("1.50")); err != nil || n != 1_500_000_000 {
		t.Errorf("UnmarshalText(1.50) = %d, %v", n, err)
	}
	if text, err := n.MarshalText(); string(text) != "1.5" || err != nil {
		t.Errorf("MarshalText = %s, %v", text, err)
	}
}
