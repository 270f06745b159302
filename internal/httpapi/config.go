package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/httpapi/console"
	"ballast.internal/ballast/internal/report"
)

// Config is what a Handler is made of. Service, Answers, Records, Budgets,
// Overview, Authenticator, Limiter, Registerer and Now are required.
type Config struct {
	Service       Service
	Answers       Answers
	Records       Records
	Budgets       Budgets
	Overview      Overview
	Authenticator Authenticator
	Limiter       Limiter
	Batches       Batches                     // nil: there are none
	MaxBatchBytes func() int64                // of a job's body; nil: 256 MiB
	Idempotency   Idempotency                 // nil: Idempotency-Key is refused
	Models        func(now time.Time) []Model // nil: none
	Registerer    prometheus.Registerer
	Logger        *slog.Logger // nil: nothing is logged
	Now           func() time.Time
	// NewRequestID names a request; nil: req_ and a random text.
	NewRequestID func() string
	// RequestTimeout ends a request that is not streamed; 0: 60 s.
	RequestTimeout time.Duration
	// Heartbeat is the pause after which a silent stream gets a comment; 0: 10 s.
	Heartbeat time.Duration
	// MaxBodyBytes bounds a request's body; 0: 1 MiB.
	MaxBodyBytes int64
	// LargeBodyBytes bounds what bodies of more than 64 KiB have together that
	// are at work at once: more wait for a while; 0: no bound.
	LargeBodyBytes int64
	// Network is asked for anew each time, so that it can be changed while the
	// server runs; nil: the zero Network.
	Network func() Network
}

// Network is what is allowed by where a request comes from. The zero value lets
// no page of another origin call, and trusts no proxy.
type Network struct {
	CORSOrigins    []string       // exact, of pages that may call
	TrustedProxies []netip.Prefix // may say for whom they ask, in X-Forwarded-For
	Addresses      Limiter        // by address, before authentication; nil: no limit
}

func (c Config) withDefaults() (Config, error) {
	if err := c.validate(); err != nil {
		return c, err
	}
	if c.Models == nil {
		c.Models = func(time.Time) []Model { return nil }
	}
	if c.Network == nil {
		c.Network = func() Network { return Network{} }
	}
	if c.Batches == nil {
		c.Batches = noBatches{}
	}
	if c.MaxBatchBytes == nil {
		c.MaxBatchBytes = func() int64 { return 256 << 20 }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.NewRequestID == nil {
		c.NewRequestID = newRequestID
	}
	c.RequestTimeout = orDefault(c.RequestTimeout, time.Minute)
	c.Heartbeat = orDefault(c.Heartbeat, 10*time.Second)
	c.MaxBodyBytes = orDefault(c.MaxBodyBytes, 1<<20)
	return c, nil
}

func orDefault[T int64 | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

func (c Config) validate() error {
	var faults []error
	for name, missing := range map[string]bool{
		"Service": c.Service == nil, "Answers": c.Answers == nil, "Records": c.Records == nil,
		"Budgets": c.Budgets == nil, "Overview": c.Overview == nil,
		"Authenticator": c.Authenticator == nil, "Limiter": c.Limiter == nil,
		"Registerer": c.Registerer == nil, "Now": c.Now == nil,
	} {
		if missing {
			faults = append(faults, fmt.Errorf("httpapi: %s is required", name))
		}
	}
	return errors.Join(faults...)
}

// ValidOrigin refuses wildcards and everything that a browser would never send.
func ValidOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Hostname() != "*" && s == u.Scheme+"://"+u.Host
}

// API is the handler of the whole API.
type API struct {
	http.Handler
	server *server
}

// New puts the API together.
func New(cfg Config) (*API, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	metrics, err := newMetrics(cfg.Registerer)
	if err != nil {
		return nil, err
	}
	roles, err := readAccess(contract.JSON)
	if err != nil {
		return nil, err
	}
	queries, err := readQueries()
	if err != nil {
		return nil, err
	}
	s := &server{
		Config: cfg, metrics: metrics, docs: sync.OnceValues(renderDocs), access: roles, queries: queries,
		refusals: newRefusals(cfg.Now()), room: newRoom(max(0, cfg.LargeBodyBytes)),
	}
	if s.console, err = console.New(report.Style(), http.HandlerFunc(s.noRoute)); err != nil {
		return nil, err
	}
	return &API{s.router(), s}, nil
}

// server has the handlers and the middleware.
type server struct {
	Config
	metrics *metrics
	docs    func() (reference, error)
	console http.Handler
	access  access
	queries queries
	room    *room
	// refusals are what limits refused, for whoever runs the service.
	refusals *refusals
	routes   chi.Routes
	// patterns are the routes of the contract: the closed set of a label.
	patterns map[string]bool
}
