package bedrock

import (
	"strings"

	"ballast.internal/ballast/internal/recommend"
)

// messages tells apart what Bedrock tells apart by the message alone. The
// texts are AWS's and may change; a message that no fragment matches still has
// the verdict of its exception. Apostrophes are left out of the fragments:
// Bedrock writes both ' and ’.
type messages struct {
	known     []fragment // the first match counts
	otherwise verdict
}

type fragment struct {
	text string // of the message, in lower case
	verdict
}

func (m messages) find(message string) verdict {
	message = strings.ToLower(message)
	for _, f := range m.known {
		if strings.Contains(message, f.text) {
			return f.verdict
		}
	}
	return m.otherwise
}

// What more than one exception can say.
var (
	endOfLife = verdict{recommend.KindRetired, "the model has reached its end of life; move to the successor", false}
	legacy    = verdict{recommend.KindRetired,
		"the model is legacy and closed to accounts that have not used it lately; move to the successor", false}
	noUseCase = verdict{recommend.KindNoModelAccess,
		"the account has not submitted the use case details that the model's provider asks for", false}
	denied = verdict{recommend.KindDenied,
		"no policy of the service's user allows bedrock:InvokeModel on this model: " +
			"check the action, the resource ARN, the region and that the policy is attached", false}
)

// deniedMessages split AccessDeniedException. An explicit deny also says "not
// authorized to perform", so it stands before it.
var deniedMessages = messages{[]fragment{
	{"explicit deny", verdict{recommend.KindExplicitDeny,
		"an explicit Deny refuses bedrock:InvokeModel: a permissions boundary, a service control policy, " +
			"or AWSCompromisedKeyQuarantine on a leaked key; if quarantined, rotate the key", false}},
	{"have access to the model with the specified model id", verdict{recommend.KindNoModelAccess,
		"model access is not enabled in this account and region; enable it in the Bedrock console", false}},
	{"aws marketplace", verdict{recommend.KindNoModelAccess,
		"the account has no subscription to this model; an administrator must enable model access once " +
			"(the service's user needs no Marketplace permission)", false}},
	{"invalid_payment_instrument", verdict{recommend.KindNoModelAccess,
		"the account's subscription to this model has no valid payment method", false}},
	{"use case details", noUseCase},
	{"marked by provider as legacy", legacy},
	{"end of its life", endOfLife},
}, denied}

// notFoundMessages split ResourceNotFoundException.
var notFoundMessages = messages{[]fragment{
	{"end of its life", endOfLife},
	{"marked by provider as legacy", legacy},
	{"use case details", noUseCase},
}, verdict{recommend.KindInvalidModel,
	"there is no such model in this region; check the id and its lifecycle", false}}

// validationMessages split ValidationException.
var validationMessages = messages{[]fragment{
	{"with on-demand throughput", verdict{recommend.KindProfileOnly,
		"this region serves the model through an inference profile only; use its us. id and the policy for profiles", false}},
	{"provided model identifier is invalid", verdict{recommend.KindInvalidModel,
		"the model id is wrong or gone from this region; check the id and its lifecycle", false}},
	{"at 'modelid' failed to satisfy constraint", verdict{recommend.KindInvalidModel,
		"the model id is none: it has characters or a form that no id has", false}},
	{"operation not allowed", verdict{recommend.KindNotAllowed,
		"the account is not cleared for this model, or has lost a legacy one; ask AWS Support", false}},
	{"end of its life", endOfLife},
	{"marked by provider as legacy", legacy},
}, verdict{recommend.KindInvalid, "Bedrock finds a fault in the request", false}}

// throttledMessages split ThrottlingException; the kind is always the same.
var throttledMessages = messages{[]fragment{
	{"tokens per day", verdict{recommend.KindThrottled,
		"the account's tokens-per-day quota for this model is used up", false}},
	{"too many tokens", verdict{recommend.KindThrottled,
		"the tokens-per-minute quota is used up; max_tokens counts in full at the start, so a lower one leaves more", false}},
	{"too many requests", verdict{recommend.KindThrottled,
		"the requests-per-minute quota is used up", false}},
}, verdict{recommend.KindThrottled, "Bedrock throttles the account", false}}
