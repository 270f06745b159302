package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// writeProblem answers with an error. The cause goes to the log alone.
func (s *server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	i := infoOf(r.Context())
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		i.code, i.cause = "client_gone", err
		w.WriteHeader(statusClientGone) // nobody reads it; the log and the metrics do
		return
	}
	p := s.problemOf(err, i.requestID)
	i.code, i.limit, i.cause = p.Code, orZero(p.Limit), err
	if p.RetryAfterS != nil {
		w.Header().Set("Retry-After", strconv.Itoa(*p.RetryAfterS))
	}
	switch p.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="ballast"`)
	case http.StatusUnsupportedMediaType:
		w.Header().Set("Accept-Encoding", "identity") // RFC 9110, 12.5.3
		if bad, ok := errors.AsType[*mediaTypeError](err); ok {
			w.Header().Set("Accept", strings.Join(bad.media, ", ")) // 12.5.1
		}
	}
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{}`) // cannot be: a problem has nothing that fails to encode
	}
	writeBody(w, p.Status, "application/problem+json", body)
}

// statusClientGone is what nginx calls a request whose caller left.
const statusClientGone = 499

// wholeSeconds rounds up: what is said to be possible then, is.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// writeTimeout bounds the writing of one answer or event, so that a caller who
// does not read holds nothing for long. The server's own timeout cannot: it
// would end a stream that waits for the model.
const writeTimeout = 15 * time.Second

// boundWriting gives what is written next its time.
func boundWriting(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout)) // a test's writer may have none
}

// bounded gives the answers of a handler of files the time of one writing.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		boundWriting(w)
		next.ServeHTTP(w, r)
	})
}

func writeBody(w http.ResponseWriter, status int, contentType string, body []byte) {
	boundWriting(w)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that left is no fault of ours
}
