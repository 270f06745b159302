package ballast_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "ballast.internal/ballast/"

// internalPackages stands for every package of this module but the one the
// rule is about and those below it.
const internalPackages = "(internal)"

// border is what a package, and what lies below it, must not depend on, directly
// or through others, and why. except lists packages of this module that
// internalPackages lets through.
type border struct {
	pkg    string
	except []string
	bans   map[string]string // import path prefix, or internalPackages → reason
}

const (
	aws        = "github.com/aws/"
	chi        = "github.com/go-chi/"
	prometheus = "github.com/prometheus/"
)

var borders = []border{
	{pkg: "internal/portfolio", bans: map[string]string{
		internalPackages: "the domain's terms must stand without any of the services built on them",
		"net/http":       "valuing a portfolio is arithmetic: it must work in a test, a batch and a browser alike",
	}},
	{pkg: "internal/analysis", except: []string{"internal/portfolio"}, bans: map[string]string{
		internalPackages: "facts are pure functions of portfolio, profile, policy and date",
		"net/http":       "facts are pure functions",
		"database/sql":   "facts are pure functions",
	}},
	{pkg: "internal/recommend", except: []string{"internal/analysis", "internal/portfolio"}, bans: map[string]string{
		internalPackages: "the service sees its surroundings through the interfaces of its ports alone",
		"net/http":       "the service is the same behind HTTP, a terminal and a batch",
		chi:              "the service is the same behind HTTP, a terminal and a batch",
		aws:              "a second model provider must need no change here",
		prometheus:       "what is observed is told to an Observer; how it is exported is not the service's business",
		"database/sql":   "durability is the store's",
	}},
	{pkg: "internal/bedrock", except: []string{"internal/recommend", "internal/analysis", "internal/portfolio"}, bans: map[string]string{
		internalPackages: "adapters never import one another",
		chi:              "the client of Bedrock serves nobody",
	}},
	{pkg: "internal/bedrock/emulator", bans: map[string]string{
		internalPackages: "the emulator sees only the request, as Bedrock does",
		aws:              "an emulator that shared the SDK's code would share its mistakes",
	}},
	{pkg: "internal/outage", bans: map[string]string{
		internalPackages: "whether a server answers is remembered alike, whoever asks it",
		"net":            "it is told what came of a question and asks none itself",
	}},
	{pkg: "internal/peers", except: []string{"internal/recommend", "internal/analysis", "internal/portfolio", "internal/outage"}, bans: map[string]string{
		internalPackages: "adapters never import one another",
		prometheus:       "the service counts what came of a look at the other replicas",
		"net/http":       "it shares words and serves nobody",
	}},
	{pkg: "internal/ratelimit", except: []string{"internal/recommend", "internal/analysis", "internal/portfolio", "internal/outage"}, bans: map[string]string{
		internalPackages: "adapters never import one another",
		prometheus:       "limits return decisions; whoever acts on them counts them",
		aws:              "limits know nothing of who they protect",
	}},
	{pkg: "internal/budget", bans: map[string]string{
		internalPackages: "the rules of money are integers and calendar windows, and nothing else",
		"database/sql":   "the rules of money do no I/O",
		"net":            "the rules of money do no I/O",
		"os":             "the rules of money do no I/O (time and fmt bring it in; it must not be imported directly)",
	}},
	{pkg: "internal/batch", except: []string{"internal/recommend", "internal/analysis", "internal/portfolio"}, bans: map[string]string{
		internalPackages: "jobs see their surroundings through the interfaces of its ports alone",
		"net/http":       "jobs are the same behind HTTP and on a terminal",
		prometheus:       "what is observed is told to an Observer",
		"database/sql":   "durability is the store's",
	}},
	{pkg: "internal/store", except: []string{"internal/batch", "internal/recommend", "internal/analysis", "internal/portfolio", "internal/budget", "internal/outage"}, bans: map[string]string{
		internalPackages: "adapters never import one another",
		chi:              "storage serves no HTTP",
		aws:              "storage calls no cloud",
	}},
	{pkg: "internal/iam", bans: map[string]string{
		internalPackages: "a policy means what IAM says, whatever this program is",
		aws:              "a policy can be judged without calling AWS",
	}},
	{pkg: "internal/httpapi", except: []string{"internal/batch", "internal/recommend", "internal/analysis", "internal/portfolio", "internal/budget", "internal/report", "api"}, bans: map[string]string{
		internalPackages: "adapters never import one another",
		aws:              "HTTP callers must never reach the cloud but through the service",
		"database/sql":   "handlers keep nothing themselves",
	}},
	{pkg: "internal/httpapi/oidc", bans: map[string]string{
		internalPackages: "a token means what its issuer signed, whoever it is shown to",
		chi:              "tokens are verified behind any server",
	}},
	{pkg: "internal/report", except: []string{"internal/recommend", "internal/analysis", "internal/portfolio"}, bans: map[string]string{
		internalPackages: "a report is a pure function of an answer",
		"net/http":       "a report is the same on a terminal and over HTTP",
		"os":             "whoever prints a report decides where it goes",
	}},
	{pkg: "internal/telemetry", bans: map[string]string{
		internalPackages: "everybody may be observed, so the observer may depend on nobody",
	}},
	{pkg: "client", except: []string{"api"}, bans: map[string]string{
		internalPackages: "a client lives in another program",
		"database/sql":   "a client lives in another program",
	}},
}

// onlyDirect are packages of the standard library that others bring in
// anyway: only importing them is a choice.
var onlyDirect = map[string]bool{"os": true, "net": true, "net/http": true, "database/sql": true}

func TestImportsStayWithinTheBorders(t *testing.T) {
	pkgs := listPackages(t)
	for _, b := range borders {
		found := false
		for _, p := range pkgs {
			rel := strings.TrimPrefix(p.ImportPath, module)
			if rel != b.pkg && !strings.HasPrefix(rel, b.pkg+"/") || ownBorder(rel) != b.pkg {
				continue
			}
			found = true
			for ban, reason := range b.bans {
				for _, dep := range b.broken(p, ban) {
					t.Errorf("%s must not depend on %s: %s", rel, dep, reason)
				}
			}
		}
		if !found {
			t.Errorf("there is no package %s: a border without a land", b.pkg)
		}
	}
}

// ownBorder is the longest border that a package lies behind.
func ownBorder(rel string) string {
	for ; rel != "."; rel = path.Dir(rel) {
		for _, b := range borders {
			if b.pkg == rel {
				return rel
			}
		}
	}
	return ""
}

// broken lists what p depends on behind one ban.
func (b border) broken(p listed, ban string) []string {
	deps := p.Deps
	if onlyDirect[ban] {
		deps = p.Imports
	}
	var out []string
	for _, dep := range deps {
		switch {
		case ban == internalPackages:
			if rel, own := strings.CutPrefix(dep, module); own && !b.allows(rel) {
				out = append(out, dep)
			}
		case dep == ban || strings.HasSuffix(ban, "/") && strings.HasPrefix(dep, ban):
			out = append(out, dep)
		}
	}
	return out
}

func (b border) allows(rel string) bool {
	for _, ok := range append([]string{b.pkg}, b.except...) {
		if rel == ok || strings.HasPrefix(rel, ok+"/") {
			return true
		}
	}
	return false
}

type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps=false", "-json=ImportPath,Imports,Deps", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}
