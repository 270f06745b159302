package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// maxBody is the largest request that is read; Bedrock's own limit is about as
// large.
const maxBody = 25_000_000

// BillPath answers the bill as JSON, to anyone: it is for the machine that
// runs the emulator.
const BillPath = "/_emulator/bill"

// Server is an emulated Bedrock Runtime. It is safe for concurrent use and
// needs no shutdown: it has no goroutines of its own.
type Server struct {
	config   Config
	models   map[string]*Model
	profiles map[string]*Profile
	quotas   map[string]*quota
	random   *rand.Rand
	faults   faultState
	ledger   ledger

	mu          sync.RWMutex
	credentials map[string]Credential
}

// New checks the configuration and makes an emulator.
func New(c Config) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Source == nil {
		c.Source = rand.NewPCG(rand.Uint64(), rand.Uint64()) //nolint:gosec // faults and jitter need no secrecy
	}
	s := &Server{
		config:   c,
		models:   map[string]*Model{},
		profiles: map[string]*Profile{},
		quotas:   map[string]*quota{},
		random:   rand.New(&lockedSource{source: c.Source}), //nolint:gosec // faults and jitter need no secrecy
	}
	for i := range c.Models {
		m := c.Models[i]
		s.models[m.ID] = &m
		s.quotas[m.ID] = newQuota(c.Quota, c.Now())
	}
	for i := range c.Profiles {
		p := c.Profiles[i]
		s.profiles[p.ID] = &p
	}
	s.faults.set(c.Faults)
	s.SetCredentials(c.Credentials)
	return s, nil
}

func (s *Server) now() time.Time { return s.config.Now() }

// NewHTTPServer makes an HTTP server for an emulator. Like Bedrock's it speaks
// HTTP/1.1 and HTTP/2: some SDKs, such as AWS's for JavaScript, speak to Bedrock
// only by the latter, without TLS too.
func NewHTTPServer(h http.Handler) *http.Server {
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, Protocols: protocols}
}

// SetFaults changes what goes wrong from the next call on, and starts counting
// anew.
func (s *Server) SetFaults(f Faults) { s.faults.set(f) }

// SetCredentials replaces the issued credentials, as a rotation does.
func (s *Server) SetCredentials(creds []Credential) {
	byID := make(map[string]Credential, len(creds))
	for _, c := range creds {
		byID[c.AccessKeyID] = c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credentials = byID
}

// Bill returns what has been charged so far.
func (s *Server) Bill() Bill { return s.ledger.copy() }

// ServeHTTP answers a request as Bedrock, or STS, does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == BillPath && r.Method == http.MethodGet {
		s.serveBill(w)
		return
	}
	x := &exchange{Server: s, w: w, r: r, id: s.newUUID()}
	w.Header().Set("X-Amzn-Requestid", x.id)
	outcome := x.serve()
	s.config.Logger.LogAttrs(r.Context(), slog.LevelDebug, "emulator",
		slog.String("method", r.Method), slog.String("path", r.URL.EscapedPath()),
		slog.String("outcome", outcome), slog.String("request_id", x.id))
}

func (s *Server) serveBill(w http.ResponseWriter) {
	data, err := json.Marshal(s.Bill())
	if err != nil { // numbers always encode
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // the client may have gone
}

// exchange is one request on its way.
type exchange struct {
	*Server
	w    http.ResponseWriter
	r    *http.Request
	id   string
	body []byte
}

const outcomeOK = "ok"

// serve answers and says how it went: ok or the type of the error.
func (x *exchange) serve() string {
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxBody+1))
	if err != nil {
		return "aborted"
	}
	if len(body) > maxBody {
		errTooLarge.write(x.w)
		return errTooLarge.kind
	}
	x.body = body
	if isSTS(x.r) {
		return x.serveSTS()
	}
	if fault := x.serveBedrock(); fault != nil {
		fault.write(x.w)
		return fault.kind
	}
	return outcomeOK
}

func (x *exchange) serveBedrock() *wireError {
	who, fault := x.authenticate(bedrockRules, x.r, x.body)
	if fault != nil {
		return fault
	}
	op := route(x.r)
	if op == nil {
		return errUnknownOperation
	}
	if op.modelID != "" && !modelIDForm.MatchString(op.modelID) {
		return errModelIDForm(op.modelID)
	}
	t := x.resolve(op, who)
	if fault := x.Server.authorize(op, t, who, x.r); fault != nil {
		if op.name == opInvoke {
			x.ledger.count(fault.kind)
		}
		return fault
	}
	switch op.name {
	case opInvoke:
		return x.invoke(op, t)
	case opListModels:
		return x.listModels(who)
	default:
		return invalid("The emulator does not implement %s.", op.name)
	}
}

// lockedSource makes a random source safe for concurrent use.
type lockedSource struct {
	mu     sync.Mutex
	source rand.Source
}

// Uint64 draws the next value.
func (l *lockedSource) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.source.Uint64()
}

// newUUID makes a version 4 UUID.
func (s *Server) newUUID() string {
	hi, lo := s.random.Uint64(), s.random.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// newID makes an id of 22 random characters, in the form of Anthropic's.
func (s *Server) newID(prefix string) string {
	b := make([]byte, 22)
	for i := range b {
		b[i] = base62[s.random.IntN(len(base62))]
	}
	return prefix + string(b)
}
