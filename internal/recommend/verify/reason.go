package verify

import "slices"

// Reason says why a text was rejected. The set is closed: reasons are labels
// of a metric and words of a re-ask, and never hold text of the model.
type Reason string

// The reasons, in the order in which Text reports them.
const (
	ReasonEmpty                Reason = "empty"
	ReasonTooLong              Reason = "too_long"
	ReasonCharacter            Reason = "character"    // control, invisible, bidirectional or stacked
	ReasonMixedScript          Reason = "mixed_script" // letters foreign to the language's script
	ReasonObfuscation          Reason = "obfuscation"  // l e t t e r s set apart
	ReasonUnknownPlaceholder   Reason = "unknown_placeholder"
	ReasonMalformedPlaceholder Reason = "malformed_placeholder"
	ReasonDigit                Reason = "digit"
	ReasonNumberWord           Reason = "number_word"
	ReasonQuantity             Reason = "vague_quantity" // most of, the majority: a share that no code computed
	ReasonFrame                Reason = "figure_frame"   // more than {F3}, {F3} last year: words that turn a figure into another
	ReasonPercent              Reason = "percent"
	ReasonCurrency             Reason = "currency"
	ReasonTicker               Reason = "ticker"
	ReasonISIN                 Reason = "isin"
	ReasonName                 Reason = "name" // a company, product, index or coin
	ReasonPromise              Reason = "promise"
	ReasonPrediction           Reason = "prediction"
	ReasonUrgency              Reason = "urgency"
	ReasonAdviser              Reason = "adviser_claim"
	ReasonCoverage             Reason = "coverage_claim" // deposit insurance, freedom from tax
	ReasonFlattery             Reason = "flattery"
	ReasonTopic                Reason = "foreign_topic"      // news, the economy, the reader's life: nothing it was told
	ReasonOrder                Reason = "order"              // you must sell
	ReasonUnfamiliar           Reason = "unfamiliar_word"    // in no vocabulary of the field
	ReasonClaim                Reason = "unfounded_claim"    // a direction, state or comparison that no code computed
	ReasonInverted             Reason = "inverted_direction" // against what code decided; see Directed
	ReasonMeta                 Reason = "meta_talk"          // about being a model, or its instructions
	ReasonLink                 Reason = "link"
	ReasonMarkup               Reason = "markup"
	ReasonSymbol               Reason = "symbol"
	ReasonCanary               Reason = "canary"
	ReasonEcho                 Reason = "prompt_echo"
	ReasonLanguage             Reason = "wrong_language"
)

var reasons = []Reason{
	ReasonEmpty, ReasonTooLong, ReasonCharacter, ReasonMixedScript, ReasonObfuscation,
	ReasonUnknownPlaceholder, ReasonMalformedPlaceholder, ReasonDigit, ReasonNumberWord, ReasonQuantity, ReasonFrame, ReasonPercent,
	ReasonCurrency, ReasonTicker, ReasonISIN, ReasonName, ReasonPromise, ReasonPrediction, ReasonUrgency,
	ReasonAdviser, ReasonCoverage, ReasonFlattery, ReasonTopic, ReasonUnfamiliar, ReasonOrder, ReasonClaim, ReasonInverted, ReasonMeta, ReasonLink, ReasonMarkup,
	ReasonSymbol, ReasonCanary, ReasonEcho, ReasonLanguage,
}

// Reasons returns every reason there is.
func Reasons() []Reason { return slices.Clone(reasons) }

// findings is a set of reasons.
type findings map[Reason]bool

func (f findings) addIf(found bool, r Reason) {
	if found {
		f[r] = true
	}
}

// list returns the reasons found in the order of Reasons, nil for none.
func (f findings) list() []Reason {
	var out []Reason
	for _, r := range reasons {
		if f[r] {
			out = append(out, r)
		}
	}
	return out
}
