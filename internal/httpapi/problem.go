package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/docs"
	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// errorKind is what a caller is told of one kind of error. Its code is stable.
type errorKind struct {
	status int
	code   string
	title  string
	uri    string // of a registered problem type; "": our own page
}

// The kinds, in the order of their status.
var (
	kindMalformed    = errorKind{400, "malformed_json", "The body is not one JSON value.", ""}
	kindHeader       = errorKind{400, "invalid_header", "A header cannot be read.", ""}
	kindUnread       = errorKind{400, "malformed_request", "The request is not HTTP that can be read.", ""}
	kindNoKey        = errorKind{401, "unauthenticated", "A valid API key or token is needed.", ""}
	kindForbidden    = errorKind{403, "forbidden", "The caller's role does not include this operation.", ""}
	kindNotFound     = errorKind{404, "not_found", "There is no such resource.", ""}
	kindMethod       = errorKind{405, "method_not_allowed", "The resource does not have this method.", ""}
	kindInProgress   = errorKind{409, "idempotency_conflict", "A request with this Idempotency-Key is still being answered.", ""}
	kindMismatch     = errorKind{409, "idempotency_mismatch", "The Idempotency-Key was used for another request.", ""}
	kindFactsChanged = errorKind{409, "facts_changed", "The rules find other facts now; ask for a new recommendation.", ""}
	kindTooLarge     = errorKind{413, "body_too_large", "The body is too large.", ""}
	kindMediaType    = errorKind{415, "unsupported_media_type", "The body must be of the media type that the operation takes.", ""}
	kindInvalid      = errorKind{422, "invalid_request", "The request is not valid.", ""}
	kindRateLimited  = errorKind{429, "rate_limited", "A request limit is used up.", registry + "quota-exceeded"}
	kindBudget       = errorKind{429, "budget_exhausted", "A budget is used up.", registry + "quota-exceeded"}
	kindHeaders      = errorKind{431, "headers_too_large", "The headers are too large.", ""}
	kindInternal     = errorKind{500, "internal", "The server failed.", ""}
	kindModel        = errorKind{503, "model_unavailable", "The model gave no answer, and no other was wanted.", ""}
	kindJournal      = errorKind{503, "journal_unavailable", "The record could not be written; advice without one is not given.", ""}
	kindShuttingDown = errorKind{503, "shutting_down", "The server is stopping.", ""}
	kindUnavailable  = errorKind{503, "unavailable", "Something that the server needs is not available.", ""}
	kindTimeout      = errorKind{504, "timeout", "There was no answer in time.", ""}
)

// kinds lists them for the reference page and the tests.
var kinds = []errorKind{kindMalformed, kindHeader, kindUnread, kindNoKey, kindForbidden, kindNotFound, kindMethod, kindInProgress, kindMismatch, kindFactsChanged, kindTooLarge,
	kindMediaType, kindInvalid, kindRateLimited, kindBudget, kindHeaders, kindInternal, kindModel, kindJournal, kindShuttingDown,
	kindUnavailable, kindTimeout}

func problemsForDocs() []docs.Problem {
	return convert(kinds, func(_ int, k *errorKind) docs.Problem {
		return docs.Problem{Status: k.status, Code: k.code, Title: k.title}
	})
}

// registry is where the problem types of the RateLimit header fields stand.
const registry = "https://iana.org/assignments/http-problem-types#"

// The errors that arise in this package.
var (
	errNoRoute     = errors.New("no such route")
	errNoFormat    = errors.New("no such import format")
	errMethod      = errors.New("method not allowed")
	errMediaType   = errors.New("unsupported media type")
	errEncoding    = fmt.Errorf("%w: encoded", errMediaType)
	errHeader      = errors.New("unreadable header")
	errUnavailable = errors.New("unavailable")
)

// limitedError says that the Limiter refused.
type limitedError struct{ Decision }

func (e *limitedError) Error() string { return "limit " + e.Refused }

// classify finds the kind of an error: the first row that knows it. The rows
// from specific to general.
func classify(err error) errorKind {
	for _, row := range []struct {
		knows func(error) bool
		kind  errorKind
	}{
		{as[*strictjson.SyntaxError], kindMalformed},
		{as[portfolio.Faults], kindInvalid},
		{as[parameterFaults], kindInvalid},
		{as[*http.MaxBytesError], kindTooLarge},
		{is(errMediaType), kindMediaType},
		{is(errHeader), kindHeader},
		{as[*headerError], kindHeader},
		{is(ErrUnauthenticated), kindNoKey},
		{as[*forbiddenError], kindForbidden},
		{is(errNoRoute), kindNotFound},
		{is(errNoFormat), kindNotFound},
		{is(recommend.ErrNotFound), kindNotFound},
		{is(batch.ErrNotFound), kindNotFound},
		{is(errMethod), kindMethod},
		{is(ErrKeyInProgress), kindInProgress},
		{is(ErrKeyReused), kindMismatch},
		{is(recommend.ErrFactsChanged), kindFactsChanged},
		{as[*limitedError], kindRateLimited},
		{as[*recommend.LimitError], kindRateLimited},
		{is(recommend.ErrJournal), kindJournal},
		{is(recommend.ErrClosed), kindShuttingDown},
		{as[*recommend.BudgetError], kindBudget},
		{as[*recommend.ModelUnavailableError], kindModel},
		{is(errUnavailable), kindUnavailable},
		{is(context.DeadlineExceeded), kindTimeout},
	} {
		if row.knows(err) {
			return row.kind
		}
	}
	return kindInternal
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// problemOf is what the caller is told.
func (s *server) problemOf(err error, requestID string) api.Problem {
	p, after := s.explain(err, requestID)
	if after > 0 {
		seconds := wholeSeconds(after)
		p.RetryAfterS = &seconds
	}
	return inLine(p, err)
}

// explain finds what the caller is told, and after how long a repetition makes
// sense; 0 when it never does, or nobody knows.
func (s *server) explain(err error, requestID string) (p api.Problem, after time.Duration) {
	kind := classify(err)
	p = api.Problem{
		Type:      cmp.Or(kind.uri, "/docs#"+kind.code),
		Title:     kind.title,
		Status:    kind.status,
		Code:      kind.code,
		RequestID: requestID,
		Instance:  "urn:ballast:request:" + requestID,
	}
	switch kind {
	case kindMalformed:
		syntax, _ := errors.AsType[*strictjson.SyntaxError](err)
		p.Detail = told(sentence(syntax.Error()))
	case kindInvalid:
		p.Errors = faultsOut(err)
		p.Detail = told(sentence(count(len(p.Errors), wordFor(err)) + " at fault; see errors"))
	case kindHeader:
		p.Detail = told(detailOfHeader(err))
	case kindForbidden:
		forbidden, _ := errors.AsType[*forbiddenError](err)
		p.Detail = told("The operation is " + forbidden.Error() + ".")
	case kindMediaType:
		p.Detail = told(detailOfMediaType(err))
	case kindNotFound:
		p.Detail = told(detailOfNotFound(err))
	case kindTooLarge:
		tooLarge, _ := errors.AsType[*http.MaxBytesError](err)
		p.Detail = told("At most " + strconv.FormatInt(tooLarge.Limit, 10) + " bytes are accepted.")
	case kindInProgress:
		return p, time.Second
	case kindRateLimited:
		limit, after := refusedBy(err)
		p.Limit, p.ViolatedPolicies = told(limit), []string{limit}
		if after == 0 {
			p.Detail = told(aboveLimit)
		}
		return p, after
	case kindBudget:
		refused, _ := errors.AsType[*recommend.BudgetError](err)
		resets := refused.ResetsAt.UTC()
		p.Limit, p.ResetsAt, p.Reason = told(refused.Budget+" "+refused.Window), &resets, told(recommend.ReasonBudget)
		p.Detail = told("The " + refused.Budget + " budget of this " + refused.Window + " is used up until " + resets.Format(time.RFC3339) + ".")
		return p, resets.Sub(s.Now())
	case kindModel:
		return s.modelProblem(p, err)
	case kindTimeout, kindUnavailable, kindJournal, kindShuttingDown:
		return p, pauseAfterFailure
	}
	return p, 0
}

// inLine says which line of a batch a problem is of.
func inLine(p api.Problem, err error) api.Problem {
	line, ok := errors.AsType[*batch.LineError](err)
	if !ok {
		return p
	}
	p.Detail = told("Line " + strconv.Itoa(line.Number) + ": " + orZero(p.Detail))
	for i := range p.Errors {
		p.Errors[i].Line = &line.Number
	}
	return p
}

// aboveLimit is the detail of a refusal that no repetition escapes.
const aboveLimit = "The model's part of this request alone is above the whole limit, so that repeating it never helps. " +
	"A smaller request, `options.mode` `rules` or a higher limit does."

// refusedBy names the limit that refused a request, and when it has room; 0: never.
func refusedBy(err error) (limit string, after time.Duration) {
	if own, ok := errors.AsType[*recommend.LimitError](err); ok {
		return own.Limit, own.RetryAfter
	}
	limited, _ := errors.AsType[*limitedError](err)
	return limited.Refused, limited.RetryAfter
}

// pauseAfterFailure is when to try again after a failure that passes.
const pauseAfterFailure = 5 * time.Second

func (s *server) modelProblem(p api.Problem, err error) (api.Problem, time.Duration) {
	refused, _ := errors.AsType[*recommend.ModelUnavailableError](err)
	p.Reason, p.Detail = told(refused.Degraded.Reason), told(refused.Degraded.Detail)
	if after := refused.Degraded.RetryAfter; after != nil {
		return p, time.Duration(*after) * time.Second
	}
	return p, 0
}

// sentence writes a clause for readers. A clause begins with a letter of ASCII
// or a number.
func sentence(clause string) string {
	return strings.ToUpper(clause[:1]) + clause[1:] + "."
}

// faultsOut are the faults of a body or of a query.
func faultsOut(err error) []api.Fault {
	if inQuery, ok := errors.AsType[parameterFaults](err); ok {
		return inQuery
	}
	faults, _ := errors.AsType[portfolio.Faults](err)
	return convert(faults, func(_ int, f *portfolio.Fault) api.Fault {
		return api.Fault{Pointer: f.Pointer, Code: f.Code, Detail: f.Detail}
	})
}

// wordFor is what is at fault.
func wordFor(err error) string {
	if as[parameterFaults](err) {
		return "parameter"
	}
	return "member"
}

func detailOfMediaType(err error) string {
	bad, ok := errors.AsType[*mediaTypeError](err)
	if !ok {
		return "The body must not be compressed or otherwise encoded."
	}
	return sentence(bad.Error())
}

func detailOfHeader(err error) string {
	bad, ok := errors.AsType[*headerError](err)
	if !ok {
		return ""
	}
	return bad.Error()
}
