package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/httpapi/oidc"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store"
	"ballast.internal/ballast/internal/telemetry"
)

// app is the whole program, from the listeners down. It is built by newApp,
// started by Serve and gives back what it holds when Serve returns.
type app struct {
	set     settings
	log     *slog.Logger
	shared  shared
	service *recommend.Service
	store   *store.Store
	jobs    *batch.Jobs
	api     *http.Server
	admin   *http.Server
	health  *telemetry.Admin

	inForce     atomic.Pointer[inForce]
	started     fileConfig // what the start has taken from the file
	watched     watched    // what is known of the file by the watcher
	reloads     *telemetry.Reloads
	oidcMetrics *oidc.Metrics

	identify httpapi.Authenticator // nil: the clients of the configuration
	stopping chan struct{}         // closed when the server begins to stop
	apiLn    net.Listener
	adminLn  net.Listener
	local    *local // nil without -local
	cleanups []func() error
}

// core is what both the server and the terminal commands need.
type core struct {
	reg       *prometheus.Registry
	file      fileConfig
	catalogue bedrock.Catalogue
	policy    *analysis.Policy
	model     *bedrock.Client
}

// newApp wires everything by hand, in the order in which a request travels
// backwards, and listens. On an error nothing stays open.
func newApp(ctx context.Context, set settings, log *slog.Logger) (a *app, err error) {
	set.serves = true
	a, c, err := newBackend(ctx, set, log)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.release())
		}
	}()
	handler, err := a.newHandler(c)
	if err != nil {
		return nil, err
	}
	a.health = telemetry.NewAdmin(c.reg, log,
		telemetry.Check{Name: "database", Fault: "does not answer", Ping: a.store.Ping},
		telemetry.Check{Name: "database", Fault: "takes no changes", Ping: a.store.TakesChanges})
	a.api = a.newServer(handler, forPeers)
	a.admin = a.newServer(a.health, forPeers)
	if err := a.listen(ctx); err != nil {
		return a, err
	}
	a.apiLn = handler.Listener(a.apiLn)
	return a, nil
}

// newBackend wires everything below HTTP: all that the terminal commands need.
func newBackend(ctx context.Context, set settings, log *slog.Logger) (*app, core, error) {
	a, c, err := newModel(ctx, set, log)
	if err != nil {
		return nil, c, err
	}
	if err := a.newService(ctx, c); err != nil {
		return nil, c, errors.Join(err, a.release())
	}
	a.jobs = a.newJobs(c)
	return a, c, nil
}

// newModel wires the client of Bedrock, or of the emulator with -local.
func newModel(ctx context.Context, set settings, log *slog.Logger) (a *app, c core, err error) {
	a = &app{set: set, log: log}
	if set.Local {
		if a.local, err = startLocal(&a.set, log); err != nil {
			return nil, c, err
		}
		a.onRelease(a.local.close)
	}
	if c, err = a.newCore(ctx); err != nil {
		return nil, c, errors.Join(err, a.release())
	}
	return a, c, nil
}

// newCore reads the files and builds the client of the model.
func (a *app) newCore(ctx context.Context) (c core, err error) {
	c.reg = telemetry.NewRegistry()
	c.file, err = a.readConfig()
	var named error
	if c.catalogue, c.policy, named = readNamedFiles(c.file); err != nil || named != nil {
		return c, usageError{errors.Join(err, named)}
	}
	cfg := bedrock.Config{
		Region: a.set.Region, ModelID: a.set.ModelID, Endpoint: a.set.Endpoint, Provider: providerAt(a.set.Endpoint),
		Timeout: a.set.ModelTimeout, Credentials: bedrock.Credentials{File: a.set.CredentialsFile},
		AllowBearerToken: a.set.AllowBearerToken, Catalogue: c.catalogue, Registerer: c.reg, Logger: a.log,
	}
	if a.local != nil {
		cfg.Provider, cfg.Endpoint, cfg.Credentials = bedrock.ProviderEmulator, a.local.endpoint, a.local.credentials()
	}
	if c.model, err = bedrock.New(ctx, cfg); err != nil {
		return c, usageError{err} // it asks nobody, so only its settings can be at fault
	}
	return c, nil
}

// configure puts the file that was read at the start into force.
func (a *app) configure(c core) (err error) {
	a.reloads = telemetry.NewReloads(c.reg, time.Now())
	if a.oidcMetrics, err = oidc.NewMetrics(c.reg); err != nil {
		return err
	}
	first, err := a.newInForce(c.file, nil)
	if err != nil {
		return err
	}
	a.started = c.file
	a.inForce.Store(first)
	return c.reg.Register(telemetry.NewKeyExpiry(func() map[string]time.Time { return a.inForce.Load().file.keyEnds() }))
}

// newService opens the store and builds the service on it.
func (a *app) newService(ctx context.Context, c core) (err error) {
	if err := a.configure(c); err != nil {
		return err
	}
	location, err := c.file.location()
	if err != nil {
		return usageError{err}
	}
	keys, err := a.set.journalKeys()
	if err != nil {
		return usageError{err}
	}
	a.store, err = store.Open(ctx, store.Config{
		DSN: a.set.DatabaseURL, Dir: a.set.DataDir, Replicas: a.set.Replicas, Alone: a.set.serves, Location: location,
		Limits: c.file.limits(), Keys: keys, Now: a.set.now, Logger: a.log, WriteTimeout: a.set.DatabaseTimeout,
	})
	if err != nil {
		return err
	}
	a.onRelease(a.store.Close)
	for _, metrics := range a.store.Collectors() {
		if err := c.reg.Register(metrics); err != nil {
			return err
		}
	}
	provider := c.model.Info().Provider
	if provider == bedrock.ProviderBedrock {
		provider = "aws.bedrock" // OpenTelemetry's name for it
	}
	if a.shared, err = a.newShared(ctx, c); err != nil {
		return err
	}
	peers, err := a.newPeers(a.shared)
	if err != nil {
		return err
	}
	a.service, err = recommend.New(recommend.Config{
		RetainYears: c.file.retainYears(),
		Model:       c.model, Held: c.model.Held, Ledger: a.store, Journal: a.store, Policy: c.policy, Now: a.set.now, Engine: version(), Logger: a.log,
		Peers:    peers,
		Quota:    a.newQuota(c.file, a.shared),
		Observer: telemetry.NewServiceMetrics(c.reg, provider, recommend.RejectionReasons()...),
		Timeouts: a.set.timeouts(), OutputMode: a.set.outputMode(),
	})
	return err
}

// newHandler builds the HTTP API on the service.
func (a *app) newHandler(c core) (*httpapi.API, error) {
	longest := a.set.timeouts().Longest()
	if a.identify == nil {
		a.identify = httpapi.Current(func() httpapi.Identities { return a.inForce.Load().identities })
	}
	return httpapi.New(httpapi.Config{
		Service: a.service, Answers: a.store, Records: records{a.store}, Budgets: a.store, Overview: a.store,
		Authenticator: a.identify,
		Limiter:       newClientLimiter(a.limitsOf, a.shared.store, longest+time.Minute),
		Network:       func() httpapi.Network { return a.inForce.Load().network },
		Batches:       a.jobs,
		MaxBatchBytes: func() int64 { return a.batchesInForce().maxBytes() },
		Idempotency:   idempotency{a.store},
		Models:        func(now time.Time) []httpapi.Model { return models(c, a.set, now) },
		Registerer:    c.reg, Logger: a.log, Now: a.set.now,
		RequestTimeout: longest, LargeBodyBytes: largeBodies(debug.SetMemoryLimit(-1)),
	})
}
