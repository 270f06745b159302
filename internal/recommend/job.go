package recommend

import (
	"slices"
	"sync"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend/verify"
	"ballast.internal/ballast/internal/recommend/wording"
)

// The sources of an answer and of its recommendations.
const (
	sourceModel = "model"
	sourceMixed = "mixed"
	sourceRules = "rules"
)

// job is one analysed request with what is needed to word it. It is read by
// one goroutine at a time.
type job struct {
	req       Request
	res       *analysis.Result
	brief     *brief
	style     promptStyle
	renderer  *wording.Renderer
	secrets   *verify.Secrets
	annotated bool
	track     *track   // nil: nobody follows
	question  string   // "": recommendations are asked for
	took      Stations // so far
	// settling are the reservations that end beside the work on the job: to be
	// waited for before it counts as done, and before took is read.
	settling sync.WaitGroup
}

func (s *Service) newJob(req Request, res *analysis.Result) *job {
	j := &job{req: req, res: res, secrets: s.secrets}
	j.brief = newBrief(&j.req, res)
	j.style = promptStyle{
		Mode: s.cfg.OutputMode, Canary: s.cfg.Canary, Audience: req.Options.Audience,
		Language: req.Options.Language, LanguageName: wording.LanguageName(req.Options.Language),
	}
	j.renderer = newRenderer(req.Options, res, j.brief.Holdings)
	return j
}

// annotate writes the texts of the analysis, once. Only who reads the answer
// needs them: most requests write them after the wait for the model.
func (j *job) annotate() {
	if !j.annotated {
		j.renderer.Annotate(j.res)
		j.annotated = true
	}
}

// forget gives back what a job is worded from: the answer waits for the journal
// without it.
func (j *job) forget() { j.res, j.brief, j.renderer = nil, nil, nil }

func newRenderer(o Options, res *analysis.Result, holdings map[string]string) *wording.Renderer {
	return wording.New(wording.Config{
		Language: o.Language, Audience: string(o.Audience), Result: res, Holdings: holdings, Descriptive: o.Descriptive,
	})
}

// needsModel reports whether there is anything for the model to explain: a
// portfolio that needs no action, one for which none is possible, a profile that
// allows none and a descriptive answer are worded by rules, whatever the mode, and
// cost nothing.
func (j *job) needsModel() bool {
	return j.req.Options.Mode != ModeRules && len(j.brief.Actions) > 0
}

// assemble builds the advice from the model's words, as far as there are any,
// and rules text.
func (j *job) assemble(w words, provider string) Advice {
	j.annotate()
	a := Advice{
		Summary: w.summary, Analysis: j.res,
		Recommendations: []Recommendation{},
	}
	order := make([]string, len(w.items))
	for i, it := range w.items {
		order[i] = it.action
	}
	byModel := 0
	for i, act := range displayOrder(j.res.Actions, order) {
		rec := j.recommendation(act)
		rec.Priority = i + 1
		if k := slices.Index(order, act.ID); k >= 0 {
			rec.Source, rec.Rationale, rec.Evidence = sourceModel, j.renderer.Join(w.items[k].rationale, j.renderer.Afterword(act)), w.items[k].evidence
			byModel++
		}
		a.Recommendations = append(a.Recommendations, rec)
	}
	a.Source = sourceOf(byModel, len(j.res.Actions), w.summary != "")
	if w.summary == "" {
		a.Summary = j.renderer.Summary()
	}
	a.Disclosures = j.renderer.Disclosures(provider, a.Source)
	return a
}

// recommendation words an action by rules.
func (j *job) recommendation(a analysis.Action) Recommendation {
	return Recommendation{
		ID: a.ID, Kind: a.Kind, Severity: a.Severity, Source: sourceRules,
		Title: j.renderer.Title(a), Rationale: j.renderer.Rationale(a),
		Trades: notNil(a.Trades), Payments: a.Payments, DependsOn: a.DependsOn, Impact: notNil(a.Impact), Evidence: notNil(a.Evidence),
		Caveats: notNil(j.renderer.Caveats(a)),
	}
}

func sourceOf(byModel, actions int, summary bool) string {
	switch {
	case byModel == 0:
		return sourceRules
	case byModel == actions && summary:
		return sourceModel
	default:
		return sourceMixed
	}
}

// notNil makes an absent list an empty one, which JSON writes as [].
func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
