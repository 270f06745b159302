package httpapi

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// marker stands where a test submits something wrong. It must never come back.
const marker = "7777123"

// minimal is the smallest request; the place of %s takes a further member of
// its only position.
const minimal = `{"portfolio":{"as_of":"2026-11-20","base_currency":"USD","positions":[
	{"instrument":{"id":{"ticker":"VTI"}},"quantity":"2","price":"250","currency":"USD"%s}]}%s}`

func inPosition(member string) string { return fmt.Sprintf(minimal, ","+member, "") }
func inRequest(member string) string  { return fmt.Sprintf(minimal, "", ","+member) }

// faultCases is every kind of fault of a request body, with the faults that
// are expected; an empty pointer stands for malformed JSON.
var faultCases = []struct {
	name, body string
	want       []string // pointer and code; none: malformed
}{
	{"empty body", ``, nil},
	{"not JSON", `{"portfolio":` + marker, nil},
	{"trailing data", fmt.Sprintf(minimal, "", "") + `{"` + marker + `":1}`, nil},
	{"comment", `/* ` + marker + ` */` + fmt.Sprintf(minimal, "", ""), nil},
	{"NaN", inPosition(`"cost_basis":NaN`), nil},
	{"single quotes", `{'portfolio':'` + marker + `'}`, nil},
	{"bad UTF-8", inPosition("\"position_id\":\"" + marker + "\xff\""), nil},
	{"byte order mark", "\ufeff" + fmt.Sprintf(minimal, "", ""), nil},

	{"array", `["` + marker + `"]`, []string{" wrong_type"}},
	{"null", `null`, []string{" wrong_type"}},
	{"no portfolio", `{}`, []string{"/portfolio required"}},
	{"unknown field", inPosition(`"shares":"` + marker + `"`), []string{"/portfolio/positions/0/shares unknown_field"}},
	{"unknown field at the root", inRequest(`"model":"` + marker + `"`), []string{"/model unknown_field"}},
	{"client id smuggled in", inRequest(`"client":"` + marker + `"`), []string{"/client unknown_field"}},
	{"wrong case", inPosition(`"Cost_Basis":"` + marker + `"`), []string{"/portfolio/positions/0/Cost_Basis unknown_field"}},
	{"duplicate key", inPosition(`"price":"` + marker + `"`), []string{"/portfolio/positions/0/price duplicate_key"}},
	{"duplicate key in another case", inPosition(`"Price":"` + marker + `"`), []string{"/portfolio/positions/0/Price duplicate_key"}},
	{"duplicate key, escaped", inPosition(`"pri\u0063e":"` + marker + `"`), []string{"/portfolio/positions/0/price duplicate_key"}},
	{"pointer with / and ~", inRequest(`"a/b~c":"` + marker + `"`), []string{"/a~1b~0c unknown_field"}},

	{"number for text", inPosition(`"position_id":` + marker), []string{"/portfolio/positions/0/position_id wrong_type"}},
	{"text for list", inPosition(`"tax_lots":"` + marker + `"`), []string{"/portfolio/positions/0/tax_lots wrong_type"}},
	{"text for integer", inRequest(`"investor_profile":{"age":"` + marker + `"}`), []string{"/investor_profile/age wrong_type"}},
	{"integer written as a fraction", inRequest(`"investor_profile":{"age":42.0}`), []string{"/investor_profile/age wrong_type"}},
	{"integer with a fraction", inRequest(`"investor_profile":{"age":42.5}`), []string{"/investor_profile/age wrong_type"}},
	{"integer too large", inRequest(`"investor_profile":{"age":` + marker + `}`), []string{"/investor_profile/age out_of_range"}},
	{"object for null or enum", inRequest(`"options":{"mode":{"x":"` + marker + `"}}`), []string{"/options/mode wrong_type"}},
	{"null where one is required", fmt.Sprintf(minimal, "", `,"constraints":{"no_sell":[null]}`), []string{"/constraints/no_sell/0 wrong_type"}},
	{"unknown enum", inRequest(`"options":{"mode":"` + marker + `"}`), []string{"/options/mode unknown_value"}},
	{"enum in another case", inRequest(`"options":{"mode":"AUTO"}`), []string{"/options/mode unknown_value"}},
	{"too many recommendations", inRequest(`"options":{"max_recommendations":21}`), []string{"/options/max_recommendations out_of_range"}},
	{"no recommendations", inRequest(`"options":{"max_recommendations":0}`), []string{"/options/max_recommendations out_of_range"}},
	{"long text", inPosition(`"position_id":"` + strings.Repeat(marker, 10) + `"`), []string{"/portfolio/positions/0/position_id too_long"}},
	{"long name", inRequest(`"` + strings.Repeat("x", 1000) + `":1`), []string{" too_long", "/" + strings.Repeat("x", 100) + " unknown_field"}},
	{"control character", inPosition(`"position_id":"` + marker + `\u0000"`), []string{"/portfolio/positions/0/position_id bad_text"}},
	{"half a surrogate pair", inPosition(`"position_id":"` + marker + `\ud83d"`), []string{"/portfolio/positions/0/position_id bad_text"}},
	{"surrogates the wrong way round", inPosition(`"position_id":"` + marker + `\udc00\ud800"`), []string{"/portfolio/positions/0/position_id bad_text"}},
	{"depth", inRequest(`"options":` + strings.Repeat("[", 200) + marker + strings.Repeat("]", 200)), []string{
		"/options wrong_type", "/options" + strings.Repeat("/0", 31) + " too_deep"}},
	{"5,001 positions", positions(portfolio.MaxPositions + 1), []string{"/portfolio/positions too_many"}},

	{"decimal with an exponent", inPosition(`"cost_basis":"1e9"`), []string{"/portfolio/positions/0/cost_basis bad_form"}},
	{"decimal with separators", inPosition(`"cost_basis":"7,777,123"`), []string{"/portfolio/positions/0/cost_basis bad_form"}},
	{"empty decimal", inPosition(`"cost_basis":""`), []string{"/portfolio/positions/0/cost_basis bad_form"}},
	{"decimal with a line break", inPosition(`"cost_basis":"` + marker + `\n"`), []string{"/portfolio/positions/0/cost_basis bad_form"}},
	{"19 digits", inPosition(`"cost_basis":"1234567` + marker + `99999"`), []string{"/portfolio/positions/0/cost_basis bad_form"}},
	{"number with 19 digits", inPosition(`"cost_basis":1234567` + marker + `99999`), []string{"/portfolio/positions/0/cost_basis out_of_range"}},
	{"1e400", inPosition(`"cost_basis":1e400`), []string{"/portfolio/positions/0/cost_basis out_of_range"}},
	{"1e-400", inPosition(`"cost_basis":1e-400`), []string{"/portfolio/positions/0/cost_basis out_of_range"}},
	{"1e999999999", inPosition(`"cost_basis":1e999999999`), []string{"/portfolio/positions/0/cost_basis out_of_range"}},
	{"1e999999999 as text", inPosition(`"cost_basis":"1e999999999"`), []string{"/portfolio/positions/0/cost_basis bad_form"}},
	{"an exponent beyond any integer", inPosition(`"cost_basis":1e99999999999999999999`), []string{"/portfolio/positions/0/cost_basis out_of_range"}},
	{"a million digits", inPosition(`"cost_basis":` + strings.Repeat("9", 1e6)), []string{"/portfolio/positions/0/cost_basis out_of_range"}},
	{"null price", strings.Replace(fmt.Sprintf(minimal, "", ""), `"250"`, `null`, 1), []string{"/portfolio/positions/0/price wrong_type"}},

	{"bad ISIN", inBuyList(`"isin":"US9229087691"`), []string{"/constraints/buy_list/0/id/isin bad_check_digit"}},
	{"bad CUSIP", inBuyList(`"cusip":"037833101"`), []string{"/constraints/buy_list/0/id/cusip bad_check_digit"}},
	{"no identifier", inBuyList(``), []string{"/constraints/buy_list/0/id missing_identifier"}},
	{"missing rate", strings.Replace(fmt.Sprintf(minimal, "", ""), `"currency":"USD"`, `"currency":"EUR"`, 1),
		[]string{"/portfolio/positions/0/currency missing_fx_rate"}},
	{"two costs", inPosition(`"cost_basis":"400","average_cost":"` + marker + `"`), []string{"/portfolio/positions/0/average_cost conflicting_cost"}},
	{"impossible date", inPosition(`"price_as_of":"2026-02-30"`), []string{"/portfolio/positions/0/price_as_of bad_date"}},
	{"date in another form", inPosition(`"price_as_of":"20.11.2026"`), []string{"/portfolio/positions/0/price_as_of bad_form"}},
	{"impossible as_of", strings.Replace(fmt.Sprintf(minimal, "", ""), "2026-11-20", "2026-13-20", 1), []string{"/portfolio/as_of bad_date"}},
	{"history of one value", inHistory(`["2026-11-19"]`), []string{"/portfolio/price_history/0/closes/0 too_short"}},
	{"history of three values", inHistory(`["2026-11-19","1","` + marker + `"]`), []string{
		"/portfolio/price_history/0/closes/0 too_many"}},
	{"history of words", inHistory(`["2026-11-19","` + marker + `x"]`), []string{"/portfolio/price_history/0/closes/0/1 bad_form"}},
	{"history of no day", inHistory(`["2026-11-31","1"]`), []string{"/portfolio/price_history/0/closes/0/0 bad_date"}},
	{"unknown class in the target", inRequest(`"target_allocation":{"nft":"1"}`), []string{"/target_allocation/nft unknown_value"}},
	{"empty target", inRequest(`"target_allocation":{}`), []string{"/target_allocation too_short"}},
	{"two faults, in order", inPosition(`"cost_basis":"x","account_id":5`), []string{
		"/portfolio/positions/0/account_id wrong_type", "/portfolio/positions/0/cost_basis bad_form"}},
}

func inBuyList(id string) string {
	return inRequest(`"constraints":{"buy_list":[{"id":{` + id + `}}]}`)
}

func inHistory(closes string) string {
	return strings.Replace(fmt.Sprintf(minimal, "", ""), `"positions"`,
		`"price_history":[{"position_id":"VTI","closes":[`+closes+`]}],"positions"`, 1)
}

// positions is a request of n small positions.
func positions(n int) string {
	one := `{"instrument":{"id":{"ticker":"T%d"},"type":"equity","country":"US"},"quantity":"20.5","price":"250.10","currency":"USD","cost_basis":"4000"}`
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(one, i)
	}
	return `{"portfolio":{"as_of":"2026-11-20","base_currency":"USD","positions":[` + strings.Join(list, ",") + `]}}`
}

func TestDecodeNamesEveryFault(t *testing.T) {
	for _, tc := range faultCases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := DecodeRequest([]byte(tc.body))
			if tc.want == nil {
				if _, ok := errors.AsType[*strictjson.SyntaxError](err); !ok {
					t.Fatalf("got %v", err)
				}
				return
			}
			faults, _ := errors.AsType[portfolio.Faults](err)
			if diff := cmp.Diff(tc.want, pointersAndCodes(faults)); diff != "" {
				t.Errorf("faults (-want +got):\n%s\n%v", diff, err)
			}
			if strings.Contains(err.Error(), marker) {
				t.Errorf("the submitted value is repeated: %v", err)
			}
		})
	}
}

func pointersAndCodes(faults portfolio.Faults) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Pointer+" "+f.Code)
		if f.Detail == "" {
			out = append(out, "no detail")
		}
	}
	return out
}

func TestFaultsAreBounded(t *testing.T) {
	body := strings.ReplaceAll(positions(3000), `"quantity":"20.5"`, `"quantity":[]`)
	faults, _ := errors.AsType[portfolio.Faults](decodeErr(body))
	if len(faults) != maxFaults || faults[99].Pointer != "/portfolio/positions/99/quantity" {
		t.Errorf("%d faults, the last %v", len(faults), faults[len(faults)-1])
	}
}

func decodeErr(body string) error {
	_, err := DecodeRequest([]byte(body))
	return err
}

// full tells every member once, none with its default.
const full = `{
  "portfolio": {
    "as_of": "2026-11-20", "base_currency": "USD",
    "fx_rates": [{"from": "EUR", "to": "USD", "rate": "1.0850", "as_of": "2026-11-19"}],
    "accounts": [{"account_id": "ira", "tax_treatment": "tax_deferred"}],
    "cash": [{"currency": "USD", "amount": -5000.10, "account_id": "ira"}],
    "positions": [{
      "position_id": "p1", "account_id": "ira",
      "instrument": {"id": {"ticker": "VTI", "isin": "US9229087690", "cusip": "922908769", "figi": "BBG000BLNNH6", "sedol": "2046251"},
        "name": "Total \ud83d\ude80 \"Market\"", "issuer": "Vanguard", "type": "etf", "asset_class": "equity", "sector": "broad",
        "country": "US", "region": "north_america", "expense_ratio": 0.0003,
        "exposures": {"asset_classes": {"equity": "0.6"}, "sectors": {"Tech/IT": "0.30"}, "regions": {"europe": 0.1}, "currencies": {"EUR": "1"}}},
      "quantity": "200.000", "price": 2.5e2, "price_as_of": "2026-11-18", "currency": "EUR",
      "market_value": "50000", "cost_basis": "40000",
      "tax_lots": [{"lot_id": "a", "acquired_on": "2021-03-01", "quantity": "200", "unit_cost": "200"}]
    }, {"instrument": {"id": {"ticker": "AAPL"}}, "quantity": "1", "price": "1", "currency": "USD", "average_cost": "0.5"}],
    "liabilities": [{"type": "credit_card", "balance": "3200", "currency": "EUR", "interest_rate": "0.22", "monthly_payment": "100"}],
    "income": [{"type": "salary", "monthly_amount": "7000", "currency": "EUR"}],
    "monthly_expenses": "4200",
    "price_history": [{"position_id": "p1", "closes": [["2026-11-18", "249.1"], ["2026-11-19", 250]]}]
  },
  "investor_profile": {
    "age": 42, "risk_tolerance": "moderate", "risk_capacity": "aggressive", "time_horizon_years": 15,
    "objectives": ["growth", "income"], "liquidity_needs": "low", "experience": "extensive", "emergency_fund_months": 6,
    "tax": {"short_term_rate": "0.32", "long_term_rate": "0.15"}
  },
  "target_allocation": {"equity": "0.60", "fixed_income": "0.35", "cash": "0.05"},
  "constraints": {"exclude_tickers": ["TSLA"], "exclude_sectors": ["tobacco"], "no_sell": ["AAPL"],
    "buy_list": [{"id": {"ticker": "BND"}, "type": "etf", "asset_class": "fixed_income", "price": "75", "currency": "USD"}],
    "min_trade_amount": "100", "whole_shares_only": false, "max_turnover": "0.25"},
  "options": {"audience": "adviser", "language": "de", "max_recommendations": 7, "mode": "model", "output": "descriptive"}
}`

func TestDecodeReadsEveryMember(t *testing.T) {
	got, err := DecodeRequest([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	got.Canonical = nil
	if diff := cmp.Diff(fullRequest(), got, equal); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

var equal = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b portfolio.Date) bool { return a == b })}

func fullRequest() recommend.Request {
	return recommend.Request{
		Portfolio: portfolio.Portfolio{
			AsOf: day(20), BaseCurrency: "USD",
			FXRates:  []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.085"), AsOf: day(19)}},
			Accounts: []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
			Cash:     []portfolio.Cash{{AccountID: "ira", Currency: "USD", Amount: dec("-5000.1")}},
			Positions: []portfolio.Position{fullPosition(), {
				Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: "AAPL"}},
				Quantity:   dec("1"), Price: dec("1"), Currency: "USD", AverageCost: ptr(dec("0.5")),
			}},
			Liabilities: []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("3200"), Currency: "EUR",
				InterestRate: ptr(dec("0.22")), MonthlyPayment: ptr(dec("100"))}},
			Income:          []portfolio.Income{{Type: "salary", MonthlyAmount: dec("7000"), Currency: "EUR"}},
			MonthlyExpenses: ptr(dec("4200")),
			PriceHistory: []portfolio.PriceHistory{{PositionID: "p1", Closes: []portfolio.Close{
				{Date: day(18), Price: dec("249.1")}, {Date: day(19), Price: dec("250")}}}},
		},
		Profile: portfolio.Profile{
			Age: ptr(42), RiskTolerance: portfolio.Moderate, RiskCapacity: portfolio.Aggressive, TimeHorizonYears: ptr(15),
			Objectives: []string{"growth", "income"}, LiquidityNeeds: "low", Experience: "extensive",
			EmergencyFundMonths: ptr(dec("6")),
			Tax:                 portfolio.TaxRates{ShortTermRate: ptr(dec("0.32")), LongTermRate: ptr(dec("0.15"))},
		},
		Target: portfolio.Allocation{"equity": dec("0.6"), "fixed_income": dec("0.35"), "cash": dec("0.05")},
		Constraints: portfolio.Constraints{
			ExcludeTickers: []string{"TSLA"}, ExcludeSectors: []string{"tobacco"}, NoSell: []string{"AAPL"},
			BuyList: []portfolio.Candidate{{
				Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: "BND"}, Type: portfolio.ETF, AssetClass: portfolio.ClassFixedIncome},
				Price:      ptr(dec("75")), Currency: "USD",
			}},
			MinTradeAmount: dec("100"), MaxTurnover: ptr(dec("0.25")),
		},
		Options: recommend.Options{Audience: recommend.AudienceAdviser, Language: "de", MaxRecommendations: 7,
			Mode: recommend.ModeModel, Descriptive: true},
	}
}

func fullPosition() portfolio.Position {
	return portfolio.Position{
		PositionID: "p1", AccountID: "ira",
		Instrument: portfolio.Instrument{
			ID:   portfolio.InstrumentID{Ticker: "VTI", ISIN: "US9229087690", CUSIP: "922908769", FIGI: "BBG000BLNNH6", SEDOL: "2046251"},
			Name: "Total 🚀 \"Market\"", Issuer: "Vanguard", Type: portfolio.ETF, AssetClass: portfolio.ClassEquity, Sector: "broad",
			Country: "US", Region: "north_america", ExpenseRatio: ptr(dec("0.0003")),
			Exposures: &portfolio.Exposures{
				AssetClasses: map[portfolio.AssetClass]decimal.Decimal{"equity": dec("0.6")},
				Sectors:      map[string]decimal.Decimal{"Tech/IT": dec("0.3")},
				Regions:      map[string]decimal.Decimal{"europe": dec("0.1")},
				Currencies:   map[portfolio.Currency]decimal.Decimal{"EUR": dec("1")},
			},
		},
		Quantity: dec("200"), Price: dec("250"), PriceAsOf: day(18), Currency: "EUR",
		MarketValue: ptr(dec("50000")), CostBasis: ptr(dec("40000")),
		TaxLots: []portfolio.TaxLot{{LotID: "a", AcquiredOn: portfolio.NewDate(2021, time.March, 1), Quantity: dec("200"), UnitCost: dec("200")}},
	}
}

func TestDefaults(t *testing.T) {
	for _, body := range []string{
		fmt.Sprintf(minimal, "", ""),
		inRequest(`"investor_profile":null,"target_allocation":null,"constraints":null,"options":null`),
		inRequest(`"investor_profile":{},"constraints":{},"options":{}`),
		inRequest(`"options":{"audience":null,"language":null,"max_recommendations":null,"mode":null,"output":null}`),
		inRequest(`"constraints":{"whole_shares_only":null,"min_trade_amount":null,"max_turnover":null,"no_sell":null,"buy_list":[]}`),
		inPosition(`"account_id":null,"cost_basis":null,"tax_lots":null,"price_as_of":null`),
	} {
		got, err := DecodeRequest([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		want := recommend.Options{Audience: recommend.AudienceClient, Language: "en", MaxRecommendations: 5, Mode: recommend.ModeAuto}
		if got.Options != want || !got.Constraints.WholeSharesOnly || got.Target != nil || got.Constraints.MaxTurnover != nil {
			t.Errorf("%s:\n%+v", body, got)
		}
		if first, _ := DecodeRequest(fmt.Appendf(nil, minimal, "", "")); string(got.Canonical) != string(first.Canonical) {
			t.Errorf("canonical forms of the same request differ:\n%s\n%s", first.Canonical, got.Canonical)
		}
	}
}

// Equal requests have equal bytes whatever the order of members, the way that
// decimals are written, and white space; unequal ones do not.
func TestCanonical(t *testing.T) {
	one, _ := DecodeRequest([]byte(inPosition(`"cost_basis":"400","account_id":null`)))
	for _, same := range []string{`"cost_basis":"400.00"`, `"cost_basis":400`, `"cost_basis":4.0e2`, `"account_id":"","cost_basis":"0400"`} {
		if got, err := DecodeRequest([]byte(inPosition(same))); err != nil || string(got.Canonical) != string(one.Canonical) {
			t.Errorf("%s: %v\n%s\n%s", same, err, one.Canonical, got.Canonical)
		}
	}
	if other, err := DecodeRequest([]byte(inPosition(`"cost_basis":"400.01"`))); err != nil || string(other.Canonical) == string(one.Canonical) {
		t.Errorf("%v: another cost has the same canonical form", err)
	}
}

func TestCanonicalGolden(t *testing.T) {
	req, err := DecodeRequest([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "canonical.json")
	if *update {
		if err := os.WriteFile(golden, req.Canonical, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(req.Canonical)); diff != "" {
		t.Errorf("canonical form (-want +got):\n%s", diff)
	}
	var tree any
	if err := json.Unmarshal(req.Canonical, &tree); err != nil {
		t.Fatal(err)
	}
	if sorted, _ := json.Marshal(tree); string(sorted) != string(req.Canonical) {
		t.Errorf("members are not in order:\n%s\n%s", sorted, req.Canonical)
	}
}

func TestExamplesAreValid(t *testing.T) {
	files, err := filepath.Glob("../../examples/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeRequest(body); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func FuzzDecodeRequest(f *testing.F) {
	f.Add([]byte(full))
	for _, tc := range faultCases {
		if len(tc.body) < 4096 {
			f.Add([]byte(tc.body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		req, err := DecodeRequest(body)
		if err != nil {
			checkErrorKind(t, err)
			return
		}
		again, err := DecodeRequest(req.Canonical)
		if err != nil {
			t.Fatalf("canonical form refused: %v\n%s", err, req.Canonical)
		}
		if diff := cmp.Diff(req, again, equal); diff != "" {
			t.Errorf("canonical form says otherwise (-first +again):\n%s", diff)
		}
	})
}

func checkErrorKind(t *testing.T, err error) {
	t.Helper()
	_, syntax := errors.AsType[*strictjson.SyntaxError](err)
	faults, invalid := errors.AsType[portfolio.Faults](err)
	if !syntax && (!invalid || len(faults) == 0) {
		t.Errorf("an error that would be answered with 500: %T %v", err, err)
	}
}

func BenchmarkDecode5000Positions(b *testing.B) {
	body := []byte(positions(portfolio.MaxPositions))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := DecodeRequest(body); err != nil {
			b.Fatal(err)
		}
	}
}

func day(d int) portfolio.Date { return portfolio.NewDate(2026, time.November, d) }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func ptr[T any](v T) *T { return &v }
