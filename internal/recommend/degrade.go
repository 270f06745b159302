package recommend

import (
	"errors"
	"math"
	"strings"
	"time"

	"ballast.internal/ballast/internal/recommend/wording"
)

// errRejected says that the checks left nothing of the model's answers.
var errRejected = errors.New("the model's answer was rejected")

// ledgerError says that money could not be reserved for a reason other than an
// exhausted budget, so that no model call may be made.
type ledgerError struct{ err error }

func (e *ledgerError) Error() string { return "ledger: " + e.err.Error() }
func (e *ledgerError) Unwrap() error { return e.err }

// ModelUnavailableError says that mode "model" was asked for and the model's
// words cannot be given. It unwraps to the cause, such as a *BudgetError, a
// *QuotaError or a *ModelError.
type ModelUnavailableError struct {
	Degraded Degraded // as of an answer in mode "auto", but for who wrote it; in English, as problems are
	Err      error
}

// Error names the reason.
func (e *ModelUnavailableError) Error() string { return "no answer by the model: " + e.Degraded.Reason }

// Unwrap returns the cause.
func (e *ModelUnavailableError) Unwrap() error { return e.Err }

// refusal is what a caller is told who wanted the model's words or none.
func (s *Service) refusal(err error) *ModelUnavailableError {
	english := wording.New(wording.Config{Language: "en"})
	return &ModelUnavailableError{Degraded: degradedBy(err, s.cfg.Now(), english.DegradedCause), Err: err}
}

var reasonOfKind = map[ErrorKind]string{
	KindThrottled:     ReasonThrottled,
	KindQuota:         ReasonThrottled,
	KindDenied:        ReasonDenied,
	KindExplicitDeny:  ReasonDenied,
	KindNoModelAccess: ReasonDenied,
	KindNotAllowed:    ReasonDenied,
	KindCredentials:   ReasonDenied,
	KindRetired:       ReasonRetired,
	KindInvalidModel:  ReasonRetired,
	KindModelTimeout:  ReasonTimeout,
	KindTimeout:       ReasonTimeout,
	KindBadAnswer:     ReasonRejected,
	KindProfileOnly:   ReasonUnavailable,
	KindInvalid:       ReasonUnavailable,
	KindNotReady:      ReasonUnavailable,
	KindUnavailable:   ReasonUnavailable,
	KindNetwork:       ReasonUnavailable,
}

// degradedBy maps what stopped the model to what the caller is told. sentence
// gives the public sentence of a reason in the caller's language; a model
// error's diagnosis, which names the remedy, follows it.
func degradedBy(err error, now time.Time, sentence func(reason string) string) Degraded {
	reason, wait, diagnosis := ReasonUnavailable, time.Duration(0), ""
	var (
		budget *BudgetError
		ledger *ledgerError
		quota  *QuotaError
		model  *ModelError
	)
	switch {
	case errors.Is(err, errRejected):
		reason = ReasonRejected
	case errors.As(err, &budget):
		reason, wait = ReasonBudget, budget.ResetsAt.Sub(now)
	case errors.As(err, &ledger):
		reason = ReasonLedger
	case errors.As(err, &quota):
		reason, wait = ReasonThrottled, quota.RetryAfter
	case errors.As(err, &model):
		wait, diagnosis = model.RetryAfter, model.Diagnosis
		if r, ok := reasonOfKind[model.Kind]; ok {
			reason = r
		}
	}
	detail := strings.TrimSpace(sentence(reason) + " " + asSentence(diagnosis))
	return Degraded{Reason: reason, RetryAfter: seconds(wait), Detail: detail}
}

// asSentence writes a diagnosis, a clause, for readers.
func asSentence(clause string) string {
	if clause == "" {
		return ""
	}
	return wording.Capitalised(strings.TrimSuffix(clause, ".")) + "."
}

// seconds rounds a wait up to whole seconds; nil when there is none to tell.
func seconds(d time.Duration) *int {
	if d <= 0 {
		return nil
	}
	n := int(math.Ceil(d.Seconds()))
	return &n
}
