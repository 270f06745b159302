package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"time"

	"ballast.internal/ballast/internal/httpapi"
)

// lookEvery is how often the configuration file is read. Reading it tells every
// kind of change, that of a mounted ConfigMap's link among them, of which some
// file systems send no notice.
const lookEvery = time.Second

// inForce is what the configuration file has a say in while the server runs.
// It is immutable.
type inForce struct {
	file       fileConfig
	limits     map[string]fileLimits // by client
	identities httpapi.Identities
	network    httpapi.Network
}

// newInForce prepares a configuration. What has not changed since the one
// before is kept: the provider's keys, and what addresses have used.
func (a *app) newInForce(c fileConfig, before *inForce) (*inForce, error) {
	f := &inForce{file: c, limits: map[string]fileLimits{}}
	for _, cl := range c.Clients {
		f.limits[cl.Name] = cl.Limits
	}
	var err error
	if f.identities, err = a.newIdentities(c); err != nil {
		return nil, err
	}
	f.network = httpapi.Network{CORSOrigins: c.CORSOrigins, TrustedProxies: c.TrustedProxies, Addresses: newAddressLimiter(c, time.Now)}
	if before != nil && reflect.DeepEqual(before.file.OIDC, c.OIDC) {
		f.identities.Tokens = before.identities.Tokens
	}
	if before != nil && before.file.AddressLimit == c.AddressLimit {
		f.network.Addresses = before.network.Addresses
	}
	return f, nil
}

// limitsOf are a client's own; a client that is not listed has none, and no
// budget either.
func (a *app) limitsOf(client string) fileLimits { return a.inForce.Load().limits[client] }

// watchConfig puts each new configuration into force until ctx ends.
func (a *app) watchConfig(ctx context.Context) {
	if a.set.ConfigFile == "" {
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.lookAtConfig(ctx, time.Now())
		}
	}
}

// watched is what was seen of the configuration file.
type watched struct {
	last    string // what it said, or why it could not be read, at the last look
	decided string // what it said when it was last taken or refused
	refusal string // why; "": it is in force
}

// lookAtConfig reads the file, and acts when it says something else than what is
// in force. What was written since the last look may be half a file, which can
// be in order and lack clients, so that it has to stand still for one look. A
// file that is not in order changes nothing, and is tried again: what it lacks
// may be a file that it names.
func (a *app) lookAtConfig(ctx context.Context, now time.Time) {
	data, err := readRegular(a.set.ConfigFile)
	says := string(data)
	if err != nil {
		says = err.Error()
	}
	w := &a.watched
	still := says == w.last
	w.last = says
	if !still || says == w.decided && w.refusal == "" {
		return
	}
	w.decided = says
	var later []string
	if err == nil {
		later, err = a.reload(data, now)
	}
	if err != nil {
		a.refuseConfig(ctx, err)
		return
	}
	w.refusal = ""
	a.reloads.Loaded(now, len(later) > 0)
	a.log.InfoContext(ctx, "configuration loaded", slog.Any("configuration", a.inForce.Load().file.masked()))
	if len(later) > 0 {
		a.log.WarnContext(ctx, "part of the configuration takes effect at the next start", slog.String("fields", strings.Join(later, ", ")))
	}
}

// refuseConfig says why the file is refused, once for each reason.
func (a *app) refuseConfig(ctx context.Context, err error) {
	a.reloads.Refused()
	if err.Error() == a.watched.refusal {
		return
	}
	a.watched.refusal = err.Error()
	a.log.ErrorContext(ctx, "the configuration file is refused; the last good one stays in force",
		slog.String("config", a.set.ConfigFile), slog.Any("error", err))
}

// maxConfigBytes is far more than the clients of a firm take.
const maxConfigBytes = 4 << 20

// readRegular reads a file of a sensible size. A pipe, which may have been put in
// a file's place, would be waited for without end.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path) //nolint:gosec // whoever runs the server names it
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("not a regular file but %s", info.Mode().Type())
	case info.Size() > maxConfigBytes:
		return nil, fmt.Errorf("more than %d bytes", maxConfigBytes)
	}
	return os.ReadFile(path) //nolint:gosec // whoever runs the server names it
}

// reload puts a file into force, all of it or nothing, and names the fields
// whose change has to wait.
func (a *app) reload(data []byte, now time.Time) (later []string, err error) {
	c, err := parseConfig(data, now)
	if _, _, named := readNamedFiles(c); err != nil || named != nil {
		return nil, errors.Join(err, named)
	}
	if a.local != nil {
		if c, err = a.local.withKeys(c); err != nil {
			return nil, err
		}
	}
	before := a.inForce.Load()
	next, err := a.newInForce(c, before)
	if err != nil {
		return nil, err
	}
	if err := a.store.SetLimits(c.limits()); err != nil {
		return nil, err
	}
	later = waiting(a.started, c)
	a.inForce.Store(next)
	return later, nil
}

// waiting names what cannot change while money is reserved and answers are
// under way by it.
func waiting(started, c fileConfig) []string {
	var out []string
	for name, changed := range map[string]bool{
		"time_zone":     started.TimeZone != c.TimeZone,
		"bedrock_quota": started.BedrockQuota != c.BedrockQuota,
		"models_file":   started.ModelsFile != c.ModelsFile,
		"policy_file":   started.PolicyFile != c.PolicyFile,
		"retain_years":  started.RetainYears != c.RetainYears,
	} {
		if changed {
			out = append(out, name)
		}
	}
	return out
}
