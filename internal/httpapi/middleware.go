package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"ballast.internal/ballast/internal/recommend"
)

// observe names the request, and when it has been served counts it and logs
// its one line.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.Now()
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		i := s.newInfo(r)
		w.Header().Set(requestIDHeader, i.requestID)
		w.Header().Set(traceHeader, i.trace.String())
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		r = r.WithContext(withInfo(r.Context(), i))
		defer func() { s.observed(r, i, ww, s.Now().Sub(start)) }()
		next.ServeHTTP(ww, r)
		boundWriting(w) // what is left in the buffer is sent after this
	})
}

func (s *server) observed(r *http.Request, i *info, w middleware.WrapResponseWriter, took time.Duration) {
	status, route := w.Status(), s.routeOf(r)
	if status == 0 {
		status = http.StatusOK
	}
	s.metrics.request(route, r.Method, status, took)
	s.refusals.count(i)
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("request_id", i.requestID), slog.String("trace_id", i.trace.id), slog.String("span_id", i.trace.span),
		slog.String("client", i.principal.Name), slog.String("remote", i.remote),
		slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", status), slog.Int("bytes", w.BytesWritten()), slog.Duration("duration", took),
	}
	s.Logger.LogAttrs(context.WithoutCancel(r.Context()), level, "request", append(attrs, i.outcome()...)...)
}

// outcome is what the log says of the answer: its price and its provenance,
// never its words.
func (i *info) outcome() []slog.Attr {
	var attrs []slog.Attr
	if i.code != "" {
		attrs = append(attrs, slog.String("problem", i.code))
	}
	if i.cause != nil && i.code != kindInvalid.code { // faults name the caller's own members
		attrs = append(attrs, slog.String("cause", i.cause.Error()))
	}
	if i.batch != "" {
		attrs = append(attrs, slog.String("batch", i.batch))
	}
	if i.replayed {
		attrs = append(attrs, slog.Bool("replayed", true))
	}
	if g := i.given; g != nil {
		attrs = append(attrs, slog.String("id", g.ID), slog.String("source", g.Source), slog.String("degraded", g.Degraded),
			slog.Int("input_tokens", g.Usage.InputTokens), slog.Int("output_tokens", g.Usage.OutputTokens),
			slog.String("cost_usd", g.Usage.CostUSD), slog.Bool("cached", g.Usage.Cached), slog.Any("stations", g.Took))
	}
	return attrs
}

// routeOf is the pattern of the contract that matched, or would have had the
// request not been refused before: a caller cannot make up a label.
func (s *server) routeOf(r *http.Request) string {
	if route := chi.RouteContext(r.Context()); route != nil && s.patterns[route.RoutePattern()] {
		return route.RoutePattern()
	}
	path := cmp.Or(r.URL.RawPath, r.URL.Path)
	if pattern := s.routes.Find(chi.NewRouteContext(), readMethod(r), path); s.patterns[pattern] {
		return pattern
	}
	return "unmatched"
}

// recoverPanics turns a panic into a problem if nothing has been written yet, and
// else breaks the answer off: its reader would take what it has for the whole.
func (s *server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
				panic(v)
			}
			s.logPanic(r.Context(), v)
			if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
				infoOf(r.Context()).code = kindInternal.code
				panic(http.ErrAbortHandler)
			}
			s.writeProblem(w, r, errPanic)
		}()
		next.ServeHTTP(w, r)
	})
}

var errPanic = errors.New("panic")

func (s *server) logPanic(ctx context.Context, v any) {
	s.Logger.LogAttrs(ctx, slog.LevelError, "panic", slog.String("request_id", infoOf(ctx).requestID),
		slog.String("panic", recommend.PanicText(v)), slog.String("stack", string(debug.Stack())))
}

// secure sets the headers that keep browsers from guessing types, caching,
// framing, and sending a referrer. The reference page widens the policy for
// itself.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// singular makes a request with a body in chunks the last of its connection. It
// may have had a Content-Length too, which net/http drops: what a proxy took for
// the body by that would else be the next request (RFC 9112, 6.1).
func singular(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// isPrivate tells the paths that need a key: everything but the contract.
func isPrivate(path string) bool { return strings.HasPrefix(path, "/v1/") }

// authenticate wants a key for everything private, whether it exists or not.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPrivate(r.URL.Path) && r.Method != http.MethodOptions {
			p, err := s.principal(r)
			if err != nil {
				s.writeProblem(w, r, err)
				return
			}
			infoOf(r.Context()).principal = p
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) principal(r *http.Request) (Principal, error) {
	given := r.Header.Values("Authorization")
	scheme, token, _ := strings.Cut(strings.Join(given, ","), " ")
	if len(given) != 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Principal{}, ErrUnauthenticated
	}
	p, err := s.Authenticator.Authenticate(r.Context(), token, s.Now())
	if err != nil && !errors.Is(err, ErrUnauthenticated) {
		err = fmt.Errorf("%w: authenticate: %w", errUnavailable, err)
	}
	return p, err
}

// limitAddress admits a request by where it comes from, before anything is
// spent on finding out who sent it.
func (s *server) limitAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		addresses := s.Network().Addresses
		if addresses == nil {
			next.ServeHTTP(w, r)
			return
		}
		d := addresses.Take(r.Context(), networkOf(infoOf(r.Context()).remote), s.Now())
		if !d.Allowed {
			setLimitHeaders(w.Header(), d.Limits)
		}
		s.admit(w, r, d, next)
	})
}

// limit admits a client's request and says what is left.
func (s *server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := infoOf(r.Context())
		if i.principal.Name == "" {
			next.ServeHTTP(w, r)
			return
		}
		d := s.Limiter.Take(r.Context(), i.principal.Name, s.Now())
		i.limits = d.Limits
		setLimitHeaders(w.Header(), d.Limits)
		s.admit(w, r, d, next)
	})
}

// admit serves a request that a limit lets pass, and refuses any other.
func (s *server) admit(w http.ResponseWriter, r *http.Request, d Decision, next http.Handler) {
	s.metrics.decision(d)
	if !d.Allowed {
		s.writeProblem(w, r, &limitedError{d})
		return
	}
	if d.Release != nil {
		defer d.Release()
	}
	next.ServeHTTP(w, r)
}

// timeLimited ends a plain request after its time. A stream lives as long as
// its caller listens; the work behind it has deadlines of its own.
func (s *server) timeLimited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		timeout := s.RequestTimeout
		switch route := chi.RouteContext(r.Context()).RoutePattern(); {
		case infoOf(r.Context()).stream, route == batchesPath+"/{id}/results":
			next.ServeHTTP(w, r)
			return
		case route == batchesPath:
			timeout = receiveTimeout
		}
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
