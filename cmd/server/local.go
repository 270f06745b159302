package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"

	"ballast.internal/ballast/deploy"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/iam"
)

// localConfig is the configuration of -local where none is given: the clients
// demo and auditor, whose keys are made at start.
//
//go:embed local.yaml
var localConfig []byte

// demoClient is the client of localConfig that gets the demo key.
const demoClient = "demo"

// emulatedUser is the principal of the IAM guide in AWS's example account.
const emulatedUser = "arn:aws:iam::123456789012:user/wealth-management-app-user"

// local is what -local puts in the place of AWS.
type local struct {
	emulator *emulator.Server
	cred     emulator.Credential
	endpoint string
	key      string // the demo API key
	auditor  string // the auditor's
	pepper   []byte
	close    func() error
}

// startLocal starts the emulator on a free port of loopback and makes the keys.
// All last as long as the process.
func startLocal(set *settings, log *slog.Logger) (*local, error) {
	l := &local{pepper: make([]byte, 32)}
	if _, err := rand.Read(l.pepper); err != nil {
		return nil, err
	}
	var err error
	for _, key := range []*string{&l.key, &l.auditor} {
		if *key, err = apikey.Generate(rand.Reader); err != nil {
			return nil, err
		}
	}
	if l.emulator, l.cred, err = newEmulator(emulated{region: set.Region, faults: set.Faults}, log); err != nil {
		return nil, err
	}
	stop, addr, err := serveLoopback(l.emulator)
	if err != nil {
		return nil, err
	}
	l.endpoint, l.close = "http://"+addr, stop
	return l, nil
}

func (l *local) credentials() bedrock.Credentials {
	return bedrock.Credentials{Static: &bedrock.StaticKeys{AccessKeyID: l.cred.AccessKeyID, SecretAccessKey: l.cred.Secret}}
}

// withKeys gives the demo client its key, and another to the auditor, where the
// file has one. Keys that they have are none: their pepper is not this process's.
func (l *local) withKeys(c fileConfig) (fileConfig, error) {
	demo := c.find(func(x fileClient) bool { return x.Name == demoClient })
	if demo == nil {
		return c, fmt.Errorf("clients: -local needs a client named %s", demoClient)
	}
	err := l.give(demo, l.key)
	if auditor := c.auditor(); auditor != nil {
		err = errors.Join(err, l.give(auditor, l.auditor))
	}
	return c, err
}

// auditor is who reads the journal, which no one who asks for advice may.
func (c *fileConfig) auditor() *fileClient {
	return c.find(func(x fileClient) bool { return x.Role == apikey.RoleAuditor && x.Name != demoClient })
}

// find is the first client of a kind, nil for none.
func (c *fileConfig) find(kind func(fileClient) bool) *fileClient {
	if i := slices.IndexFunc(c.Clients, kind); i >= 0 {
		return &c.Clients[i]
	}
	return nil
}

func (l *local) give(c *fileClient, key string) error {
	stored, err := apikey.Hash(l.pepper, key)
	c.Keys = []fileKey{{Prefix: stored.Prefix, Hash: stored.Hash}}
	return err
}

// emulated is what an emulator is told on a command line.
type emulated struct {
	region string
	faults string
	policy []byte // nil: the recommended one
	quota  emulator.Quota
}

// newEmulator builds an emulator with one user, whose key it issues.
func newEmulator(e emulated, log *slog.Logger) (*emulator.Server, emulator.Credential, error) {
	if e.policy == nil {
		e.policy = deploy.IAMPolicy
	}
	policy, err := iam.ParsePolicy(e.policy)
	if err != nil {
		return nil, emulator.Credential{}, usageError{fmt.Errorf("IAM policy: %w", err)}
	}
	f, err := emulator.ParseFaults(e.faults)
	if err != nil {
		return nil, emulator.Credential{}, usageError{err}
	}
	cred, err := emulator.NewCredential(rand.Reader, emulatedUser)
	if err != nil {
		return nil, cred, err
	}
	srv, err := emulator.New(emulator.Config{
		Region: e.region, Credentials: []emulator.Credential{cred}, Authorize: authorizer(policy), Quota: e.quota,
		Models: emulator.DefaultModels(), Profiles: emulator.DefaultProfiles(), Faults: f, Logger: log,
	})
	if err != nil {
		return nil, cred, usageError{err}
	}
	return srv, cred, nil
}

// authorizer lets an IAM policy decide the emulator's requests.
func authorizer(p *iam.Policy) func(emulator.AuthzRequest) emulator.AuthzDecision {
	return func(r emulator.AuthzRequest) emulator.AuthzDecision {
		d := iam.Evaluate([]*iam.Policy{p}, iam.Request{Action: r.Action, Resource: r.Resource, Context: r.Context})
		return emulator.AuthzDecision{Allowed: d.Allowed, Explicit: d.Explicit}
	}
}

// serveLoopback serves h on a free port of loopback until the returned
// function is called, which waits for the server to end.
func serveLoopback(h http.Handler) (stop func() error, addr string, err error) {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	srv := emulator.NewHTTPServer(h)
	done := make(chan error, 1)
	go func() { done <- serving(srv.Serve(ln)) }()
	stop = func() error { return errors.Join(srv.Close(), <-done) }
	return stop, ln.Addr().String(), nil
}
