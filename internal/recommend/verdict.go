package recommend

import (
	"slices"

	"ballast.internal/ballast/internal/recommend/verify"
)

// The reasons for which a parser refuses an answer or an item, and the repairs
// it makes; a closed set, see Verdict.
const (
	reasonEmpty       = "empty"
	reasonTooLarge    = "too_large"
	reasonNotJSON     = "not_json"
	reasonTooDeep     = "too_deep"
	reasonAmbiguous   = "ambiguous" // more than one reading
	reasonShape       = "wrong_shape"
	reasonTruncated   = "truncated"
	reasonDuplicate   = "duplicate_action"
	reasonFence       = "fence"
	reasonComma       = "trailing_comma"
	reasonControl     = "control_character"
	reasonEncoded     = "encoded_array"
	reasonPlaceholder = "placeholder_form"
)

// RejectionReasons returns every reason that Observer.Rejection is told; repairs
// are no rejections.
func RejectionReasons() []string {
	out := []string{
		reasonEmpty, reasonTooLarge, reasonNotJSON, reasonTooDeep, reasonAmbiguous, reasonShape, reasonDuplicate,
		reasonUnknownAction, reasonForeignEvidence, reasonMissingTrigger, reasonNoText, reasonUnrendered, reasonSeverityOrder,
		reasonNoItem, reasonRefusal, reasonPanic,
	}
	for _, r := range verify.Reasons() {
		if !slices.Contains(out, string(r)) {
			out = append(out, string(r))
		}
	}
	return out
}

// The actions of a Verdict.
const (
	verdictRepaired = "repaired"
	verdictCut      = "cut" // sentences of it
	verdictDropped  = "dropped"
	verdictRejected = "rejected"
)

// The items of a Verdict that are not actions.
const (
	itemAnswer  = "answer"
	itemSummary = "summary"
	itemReply   = "reply"
	itemUnknown = "item"  // an item without a readable action id
	itemOrder   = "order" // of the actions
)

func (p *parsed) note(item, reason, action string) {
	v := Verdict{Item: item, Reason: reason, Action: action}
	for _, old := range p.verdicts {
		if old == v {
			return
		}
	}
	p.verdicts = append(p.verdicts, v)
}

func reject(reason string) parsed {
	return parsed{
		verdicts: []Verdict{{Item: itemAnswer, Reason: reason, Action: verdictRejected}},
		rejected: true,
	}
}
