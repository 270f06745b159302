package verify

import "slices"

// Reason is why a text is refused. The set is closed: reasons are metric labels
// and stand in the journal.
type Reason string

// The reasons.
const (
	Digit            Reason = "digit"                 // a numeral of any script
	NumberWord       Reason = "number_word"           // ten, half, doubled
	Quantity         Reason = "vague_quantity"        // most of, the majority
	Unit             Reason = "unit"                  // percent or currency, as sign or word
	PlaceholderForm  Reason = "placeholder_malformed" // or a stray brace
	PlaceholderOther Reason = "placeholder_foreign"   // well-formed, but not this item's
	Ticker           Reason = "ticker"                // a word in capitals
	Name             Reason = "name"                  // a company, product or other proper name
	Promise          Reason = "promise"               // guaranteed, risk-free
	Prediction       Reason = "prediction"            // will rise, expected return
	Urgency          Reason = "urgency"               // act now
	Role             Reason = "role_claim"            // as your fiduciary
	Protection       Reason = "protection_claim"      // insured, tax-free
	Flattery         Reason = "flattery"
	Order            Reason = "order"              // you must buy
	Contrary         Reason = "inverted_direction" // against what code decided
	Link             Reason = "link"               // URL, domain, e-mail, telephone
	Markup           Reason = "markup"             // HTML, Markdown, code
	Character        Reason = "character"          // control, invisible or unusual
	Script           Reason = "script"             // letters of a foreign script
	Spelling         Reason = "spelling"           // words taken apart to pass a filter
	Canary           Reason = "canary"
	Echo             Reason = "prompt_echo"
	Language         Reason = "wrong_language"
	Short            Reason = "too_short"
	Long             Reason = "too_long"
)

var reasons = [...]Reason{
	Digit, NumberWord, Quantity, Unit, PlaceholderForm, PlaceholderOther, Ticker, Name, Promise, Prediction, Urgency,
	Role, Protection, Flattery, Order, Contrary, Link, Markup, Character, Script, Spelling, Canary, Echo, Language,
	Short, Long,
}

// Reasons lists every reason.
func Reasons() []Reason { return slices.Clone(reasons[:]) }

// found collects reasons, each once, in the order in which they are met.
type found struct{ list []Reason }

func (f *found) add(r Reason) {
	if !slices.Contains(f.list, r) {
		f.list = append(f.list, r)
	}
}
