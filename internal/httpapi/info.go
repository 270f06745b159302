package httpapi

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"

	"ballast.internal/ballast/internal/recommend"
)

// info collects what is known of a request while it is served, for the one
// line of the log and for problems. It belongs to the request's goroutine.
type info struct {
	requestID string
	trace     trace
	remote    string
	principal Principal
	limits    []LimitState
	stream    bool // the caller accepts server-sent events
	replayed  bool
	batch     string // the caller's own job; "": none

	code  string // of the problem, "" for none
	limit string // that refused, with some codes
	cause error  // behind the problem, for the log alone
	given *recommend.Result
}

// limitTokens is the limit of tokens that a client's model calls take.
const limitTokens = "client_tokens"

// tokensAtMost is the caller's whole limit of tokens; 0: none.
func (i *info) tokensAtMost() int {
	for _, l := range i.limits {
		if l.Name == limitTokens {
			return l.Quota
		}
	}
	return 0
}

type infoKey struct{}

func withInfo(ctx context.Context, i *info) context.Context {
	return context.WithValue(ctx, infoKey{}, i)
}

// infoOf is never nil below the outermost middleware.
func infoOf(ctx context.Context) *info {
	i, _ := ctx.Value(infoKey{}).(*info)
	return i
}

const requestIDHeader = "X-Request-Id"

// callersID is what a caller may name a request: enough for every usual
// scheme, and nothing that could forge a line of a log.
var callersID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

func (s *server) newInfo(r *http.Request) *info {
	i := &info{requestID: r.Header.Get(requestIDHeader), trace: newTrace(r.Header), remote: clientAddr(r, s.Network().TrustedProxies)}
	if !callersID.MatchString(i.requestID) || len(r.Header.Values(requestIDHeader)) > 1 {
		i.requestID = s.NewRequestID()
		r.Header.Set(requestIDHeader, i.requestID)
	}
	i.stream = r.Method == http.MethodPost && r.URL.Path == "/v1/recommendations" && wantsStream(r.Header)
	return i
}

func newRequestID() string { return "req_" + rand.Text() }
