package imports

import (
	"errors"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// fuzz holds one reader to what is true of every result: it is no panic, an
// error names what is wrong, and what is required is all that the domain asks.
func fuzz(f *testing.F, format Format) {
	f.Helper()
	for _, path := range samples(f) {
		if formatOf(path) == format {
			f.Add(readFile(f, path))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		res, err := Read(format, data, Known{})
		if err != nil {
			if faults, ok := errors.AsType[portfolio.Faults](err); !ok || len(faults) == 0 {
				t.Fatalf("an error without faults: %v", err)
			}
			return
		}
		if len(res.Portfolio.Positions) > portfolio.MaxPositions {
			t.Fatalf("%d positions", len(res.Portfolio.Positions))
		}
		if len(res.Unmapped) > maxListed+1 {
			t.Fatalf("%d entries are listed", len(res.Unmapped))
		}
		required := res.Required()
		for _, fault := range portfolio.Validate(&res.Portfolio, nil, nil, nil) {
			if fault.Code != "no_value" && !required[fault.Pointer] {
				t.Fatalf("%s (%s) is a fault that was not asked about", fault.Pointer, fault.Code)
			}
		}
	})
}

func FuzzPlaid(f *testing.F)      { fuzz(f, Plaid) }
func FuzzSnapTrade(f *testing.F)  { fuzz(f, SnapTrade) }
func FuzzAlpaca(f *testing.F)     { fuzz(f, Alpaca) }
func FuzzFDC3(f *testing.F)       { fuzz(f, FDC3) }
func FuzzGhostfolio(f *testing.F) { fuzz(f, Ghostfolio) }
func FuzzOFX(f *testing.F)        { fuzz(f, OFX) }
func FuzzQFX(f *testing.F)        { fuzz(f, QFX) }
func FuzzSchwab(f *testing.F)     { fuzz(f, Schwab) }
func FuzzFidelity(f *testing.F)   { fuzz(f, Fidelity) }
func FuzzVanguard(f *testing.F)   { fuzz(f, Vanguard) }
func FuzzIBKR(f *testing.F)       { fuzz(f, IBKR) }

// Whatever is detected is read by the reader of that format or refused by it.
func FuzzDetect(f *testing.F) {
	for _, path := range samples(f) {
		f.Add(readFile(f, path))
	}
	f.Add([]byte("\xff\xfeS\x00"))
	f.Add([]byte("[{}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, ok := Detect(data)
		if ok != found.Valid() {
			t.Fatalf("%q, %v", found, ok)
		}
		if _, err := Resolve(Auto, data); (err == nil) != ok {
			t.Fatalf("%v when detected: %v", err, ok)
		}
	})
}
