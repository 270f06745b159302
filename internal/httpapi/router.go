package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/cors"

	"ballast.internal/ballast/internal/httpapi/api"
)

// router puts the layers together, the outermost first.
func (s *server) router() http.Handler {
	r := chi.NewRouter()
	r.Use(s.observe, s.recoverPanics, secure, singular)
	r.Use(cors.Handler(s.corsOptions()), s.limitAddress, s.authenticate, s.limit, middleware.GetHead)
	r.NotFound(s.noRoute)
	r.MethodNotAllowed(s.methodNotAllowed(r))
	strict := api.NewStrictHandlerWithOptions(handlers{s}, nil, api.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  func(w http.ResponseWriter, r *http.Request, err error) { s.writeProblem(w, r, typeFault(err)) },
		ResponseErrorHandlerFunc: s.writeProblem,
	})
	api.HandlerWithOptions(strict, api.ChiServerOptions{
		BaseRouter:       r,
		Middlewares:      []api.MiddlewareFunc{s.checkedBody, s.timeLimited, s.checkedQuery, s.checkedPath, s.authorize},
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) { s.writeProblem(w, r, badBinding(err)) },
	})
	r.Method(http.MethodGet, "/", bounded(s.console))
	r.Method(http.MethodGet, "/console/*", bounded(s.console))
	s.routes, s.patterns = r, patternsOf(r)
	return r
}

func (s *server) noRoute(w http.ResponseWriter, r *http.Request) { s.writeProblem(w, r, errNoRoute) }

func patternsOf(r chi.Router) map[string]bool {
	patterns := map[string]bool{}
	_ = chi.Walk(r, func(_, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		patterns[route] = true
		return nil
	})
	return patterns
}

func (s *server) corsOptions() cors.Options {
	return cors.Options{
		AllowOriginFunc: func(_ *http.Request, origin string) bool {
			return slices.Contains(s.Network().CORSOrigins, origin)
		},
		AllowedMethods: []string{http.MethodGet, http.MethodPost, http.MethodDelete},
		AllowedHeaders: []string{"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", requestIDHeader, traceHeader},
		ExposedHeaders: []string{requestIDHeader, traceHeader, "RateLimit", "RateLimit-Policy", "Retry-After", "Idempotency-Replayed", "Location", "ETag"},
		MaxAge:         600,
	}
}

// methodNotAllowed answers with the methods that there are. OPTIONS is the
// question for them, and no error.
func (s *server) methodNotAllowed(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", strings.Join(allowedMethods(routes, r.URL.Path), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.writeProblem(w, r, errMethod)
	}
}

func allowedMethods(routes chi.Routes, path string) []string {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		if !routes.Match(chi.NewRouteContext(), m, path) {
			continue
		}
		allowed = append(allowed, m)
		if m == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	return append(allowed, http.MethodOptions)
}
