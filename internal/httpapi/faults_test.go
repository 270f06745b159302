package httpapi

import (
	"fmt"
	"strings"

	"ballast.internal/ballast/internal/portfolio"
)

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
	{"fraction in place of an integer", inRequest(`"investor_profile":{"age":42.5}`), []string{"/investor_profile/age wrong_type"}},
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
