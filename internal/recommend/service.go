package recommend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend/verify"
)

// Service gives recommendations. It is safe for concurrent use.
type Service struct {
	cfg      Config
	info     ModelInfo
	versions Versions
	secrets  *verify.Secrets // of every prompt
	cache    *cache
	flights  flights
	// allowances are learnt by each process from its own calls.
	allowances allowances
	lines      lines
	// base outlives every request; it ends when Close has waited long enough.
	base context.Context
	stop context.CancelFunc
}

// New checks the configuration and returns a Service that is to be closed.
func New(cfg Config) (*Service, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	c, err := newCache(cfg.CacheTTL, cfg.CacheBytes, cfg.Now)
	if err != nil {
		return nil, fmt.Errorf("recommend: cache: %w", err)
	}
	s := &Service{cfg: cfg, info: cfg.Model.Info(), cache: c}
	s.versions = Versions{Prompt: promptID, Policy: cfg.Policy.ID(), Engine: cfg.Engine}
	s.secrets = verify.NewSecrets(cfg.Canary, rules(cfg.Canary))
	s.flights.byKey = map[cacheKey]*flight{}
	s.base, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// Close lets no new work start and waits for the model calls under way to be
// settled, journalled and cached. When ctx ends first the calls are broken off
// and charged in full, and ctx's error is returned.
func (s *Service) Close(ctx context.Context) error {
	defer s.stop()
	landed := s.flights.close()
	select {
	case <-landed:
		return nil
	case <-ctx.Done():
		s.stop()
		<-landed
		return ctx.Err()
	}
}

// Analyze computes the analysis alone, with every action and with its texts in the
// caller's language. It spends nothing. It fails with what portfolio.Value and
// analysis.Analyze fail with.
func (s *Service) Analyze(ctx context.Context, req Request) (*analysis.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	res, err := s.analyze(&req, 0)
	if err != nil {
		return nil, err
	}
	newRenderer(req.Options, res, nil).Annotate(res)
	return res, nil
}

// analyze plans at most so many actions, or all for 0.
func (s *Service) analyze(req *Request, most int) (*analysis.Result, error) {
	v, err := portfolio.Value(&req.Portfolio)
	if err != nil {
		return nil, err
	}
	return analysis.Analyze(analysis.Input{
		Valuation: v, Profile: req.Profile, Target: req.Target, Constraints: req.Constraints,
		Descriptive: req.Options.Descriptive, MostActions: most, Policy: s.cfg.Policy,
	})
}

// Recommend answers a request. progress may be nil. When ctx ends before the
// answer is there, the caller gets ctx's error, but a model call under way is
// finished, settled, journalled and cached all the same.
//
// It fails with ErrJournal when the record cannot be written, with *LimitError
// when a limit of the client's own refuses the model call, with
// *ModelUnavailableError in mode "model", with ErrClosed, and with what
// Analyze fails with.
func (s *Service) Recommend(ctx context.Context, req Request, progress Progress) (Result, error) {
	start := s.cfg.Now()
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	out, modelTime, err := s.answer(ctx, &req, progress)
	if err != nil {
		return Result{}, err
	}
	s.cfg.Observer.Overhead(max(0, s.cfg.Now().Sub(start)-modelTime))
	s.cfg.Observer.Recommendation(req.Client, out.Source, out.Degraded)
	return out, nil
}

// answer finds an answer that is kept, or makes one. What is kept needs no new
// analysis: its key is all that an analysis depends on.
func (s *Service) answer(ctx context.Context, req *Request, progress Progress) (Result, time.Duration, error) {
	key := s.key(req)
	if found, ok := s.cache.get(key); ok && !s.flights.ended() {
		if progress != nil {
			res, err := found.advice.analysis()
			if err != nil {
				return Result{}, 0, err
			}
			progress(Step{Stage: StageAnalysis, Analysis: res})
		}
		return s.hit(ctx, req, found)
	}
	start := s.cfg.Now()
	res, err := s.analyze(req, req.Options.MaxRecommendations)
	if err != nil {
		return Result{}, 0, err
	}
	j := s.newJob(*req, res)
	j.took.Analysis = max(0, s.cfg.Now().Sub(start))
	if progress != nil {
		j.annotate()
		progress(Step{Stage: StageAnalysis, Analysis: res})
	}
	if !j.needsModel() {
		s.cfg.Observer.Cache("bypass")
		out, err := s.conclude(ctx, j, conversation{})
		return j.timed(out.result), 0, err
	}
	return s.find(ctx, j, key, progress)
}

// find finds the words: kept by now, awaited or asked for.
func (s *Service) find(ctx context.Context, j *job, key cacheKey, progress Progress) (Result, time.Duration, error) {
	flightKey := key.of(&j.req)
	fl, found, leader, err := s.flights.join(flightKey, func() (kept, bool) { return s.cache.get(key) })
	switch {
	case err != nil:
		return Result{}, 0, err
	case fl == nil:
		return s.hit(ctx, &j.req, found)
	case leader:
		j.track = &fl.track
		go s.fly(ctx, j, flightKey, fl, func(ctx context.Context) { s.word(ctx, j, key, flightKey, fl) })
	default:
		s.cfg.Observer.Cache("coalesced")
	}
	return s.await(ctx, j, fl, leader, progress)
}

func (s *Service) hit(ctx context.Context, req *Request, found kept) (Result, time.Duration, error) {
	s.cfg.Observer.Cache("hit")
	out, err := s.repeat(ctx, req, found)
	return out, 0, err
}

// await tells the caller how far the flight has come until it has landed.
func (s *Service) await(ctx context.Context, j *job, fl *flight, leader bool, progress Progress) (Result, time.Duration, error) {
	steps := follower{track: &fl.track, progress: progress}
	for landed := false; !landed; {
		select {
		case <-ctx.Done():
			return Result{}, 0, ctx.Err()
		case <-steps.follow():
		case <-fl.done:
			landed = true
		}
	}
	steps.follow()
	if fl.err != nil || leader {
		return fl.given.result, fl.modelTime, fl.err
	}
	out, err := s.repeat(ctx, &j.req, fl.given.kept())
	return j.timed(out), fl.modelTime, err
}

// fly runs the work of a flight to its end, whoever still waits for it.
func (s *Service) fly(ctx context.Context, j *job, key cacheKey, fl *flight, work func(context.Context)) {
	defer s.flights.land(key, fl)
	defer j.settling.Wait()
	defer func() {
		if p := recover(); p != nil {
			fl.err = fmt.Errorf("recommend: panic: %s", PanicText(p))
			s.logPanic(ctx, "panic in a flight", p)
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Timeouts.Work)
	defer cancel()
	defer context.AfterFunc(s.base, cancel)()
	work(ctx)
}

// word gets the words and delivers them, and keeps what is worth being given again.
func (s *Service) word(ctx context.Context, j *job, key, flightKey cacheKey, fl *flight) {
	s.give(ctx, j, flightKey, fl)
	j.settling.Wait()
	fl.given.result = j.timed(fl.given.result)
	if fl.err == nil && fl.given.advice.degraded == "" {
		s.cache.put(key, fl.given.kept())
	}
}

// given is advice that was delivered.
type given struct {
	advice advice
	result Result
	from   string // the record that its words were first given in; "": unknown
}

func (g given) kept() kept {
	return kept{advice: g.advice, costUSD: g.result.Usage.CostUSD, from: g.from}
}

// conclude turns a conversation into a delivered answer. It is an error when
// the client's own limit refused the call, and in mode "model" without words.
func (s *Service) conclude(ctx context.Context, j *job, c conversation) (g given, err error) {
	var own *LimitError
	if errors.As(c.err, &own) {
		return given{}, own
	}
	a := j.assemble(c.words, s.info.Provider)
	if c.err != nil {
		d := degradedBy(c.err, s.cfg.Now(), j.renderer.DegradedDetail)
		if j.req.Options.Mode == ModeModel || j.req.Patient && d.Passes() {
			return given{}, s.refusal(c.err)
		}
		a.Degraded = &d
	}
	if g.advice, err = encodeAdvice(&a); err != nil {
		return given{}, err
	}
	j.forget()
	u := s.usage(c.attempts)
	u.Cached = c.kept
	g.result, err = s.deliver(ctx, &j.req, &g.advice, u, Record{Attempts: c.attempts, About: c.from})
	if g.from = c.from; !c.kept {
		g.from = g.result.ID
	}
	return g, err
}

// repeat delivers words that were paid for by another request under a new id.
func (s *Service) repeat(ctx context.Context, req *Request, found kept) (Result, error) {
	u := s.usage(nil)
	u.Cached = true
	return s.deliver(ctx, req, &found.advice, u, Record{About: found.from, SavedNano: nanoOf(found.costUSD)})
}

func (s *Service) key(req *Request) cacheKey {
	return keyOf(req.Client, req.Canonical, s.info.ID, s.info.Provider,
		s.versions.Prompt, s.versions.Policy, s.versions.Engine, string(s.cfg.OutputMode))
}

func reasonOf(d *Degraded) string {
	if d == nil {
		return ""
	}
	return d.Reason
}
