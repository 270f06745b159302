package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const schwabFile = "../../internal/portfolio/imports/testdata/schwab.csv"

// What a profile file has takes the place of what was imported, and adds the
// rest of the request.
func TestProfileBesideAnImport(t *testing.T) {
	profile := write(t, "profile.json", `{"investor_profile":{"age":42},"options":{"language":"de"},
		"portfolio":{"accounts":[{"account_id":"account-1","tax_treatment":"tax_deferred"},{"account_id":"account-2"}],"monthly_expenses":"2500"}}`)
	p := &program{}
	if code := p.run(t, "import", "-from", "schwab", "-f", schwabFile, "-profile", profile); code != exitOK {
		t.Fatalf("exit code %d: %s", code, p.stderr.String())
	}
	var got struct {
		InvestorProfile struct{ Age int } `json:"investor_profile"`
		Options         struct{ Language string }
		Portfolio       struct {
			Accounts []struct {
				TaxTreatment string `json:"tax_treatment"`
			}
			MonthlyExpenses string `json:"monthly_expenses"`
			Positions       []any
		}
	}
	if err := json.Unmarshal(p.stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.InvestorProfile.Age != 42 || got.Options.Language != "de" || got.Portfolio.MonthlyExpenses != "2500" || len(got.Portfolio.Positions) != 7 ||
		len(got.Portfolio.Accounts) != 2 || got.Portfolio.Accounts[0].TaxTreatment != "tax_deferred" {
		t.Errorf("%+v", got)
	}
	if log := p.stderr.String(); !strings.Contains(log, "positions 7") || strings.Contains(log, "no -profile") {
		t.Errorf("said %q", log)
	}
}

func TestProfilesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"no JSON":             {`{`, "not one JSON value"},
		"a name twice":        {`{"options":{},"options":{}}`, "given more than once"},
		"a list":              {`[]`, "want a JSON object"},
		"a portfolio of text": {`{"portfolio":"mine"}`, "/portfolio: want a JSON object"},
	} {
		p := &program{}
		if code := p.run(t, "import", "-from", "schwab", "-f", schwabFile, "-profile", write(t, "profile.json", c.text)); code != exitUsage ||
			!strings.Contains(p.stderr.String(), c.says) || p.stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, said %q", name, code, p.stderr.String())
		}
	}
	p := &program{}
	if code := p.run(t, "import", "-from", "schwab", "-f", schwabFile, "-profile", t.TempDir()+"/none"); code != exitUsage || !strings.Contains(p.stderr.String(), "-profile: ") {
		t.Errorf("a file that is not there: %d %q", code, p.stderr.String())
	}
}

// The report of an import names each reason once, with the first places.
func TestReportOfAnImportIsShort(t *testing.T) {
	file := write(t, "positions.csv", "Symbol,Shares,Share Price\n"+strings.Repeat("VOO,1,2\n", 40)+"VOO,x,2\n")
	p := &program{}
	if code := p.run(t, "import", "-from", "vanguard", "-as-of", "2026-11-20", "-base-currency", "USD", "-f", file); code != exitOK {
		t.Fatalf("exit code %d: %s", code, p.stderr.String())
	}
	log := p.stderr.String()
	if n := strings.Count(log, "instrument_type"); n != 1 || !strings.Contains(log, "row=6 and 35 more") || !strings.Contains(log, "cell=42,2") || strings.Contains(log, "required") {
		t.Errorf("said %q", log)
	}
}
