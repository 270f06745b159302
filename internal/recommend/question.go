package recommend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend/wording"
)

// ErrFactsChanged says that the rules of today find other facts in a portfolio
// than those that its recommendation was given on.
var ErrFactsChanged = errors.New("the facts have changed")

// Question is a follow-up to one of the client's own recommendations.
type Question struct {
	About     string  // the id of the recommendation
	Original  Request // what it was asked for; its client and id are the asker's
	Text      string  // in the asker's words; "" with a topic
	Topic     string  // one of wording's; "": told from the text where that is plain
	Action    string  // an action's id; "" for the recommendation as a whole
	RequestID string
}

// Reply answers a Question.
type Reply struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	About     string    `json:"recommendation_id"`
	Source    string    `json:"source"` // model or rules
	Degraded  *Degraded `json:"degraded"`
	Answered  bool      `json:"answered"` // false: the data do not hold it, or the model did not say
	Text      string    `json:"answer"`
	Evidence  []string  `json:"evidence"`
	Usage     Usage     `json:"usage"`
	Versions  Versions  `json:"versions"`
}

// Ask answers a question from the facts that the recommendation was given on.
// Why, what doing nothing means and what it costs is told by rules; else the
// model is asked, under the same checks and budgets as for a recommendation.
// Like Recommend it finishes what has been paid for. It fails with what
// Recommend fails with, and with ErrNotFound, ErrFactsChanged and
// portfolio.Faults.
func (s *Service) Ask(ctx context.Context, q Question) (Reply, error) {
	j, err := s.newQuestion(ctx, &q)
	if err != nil {
		return Reply{}, err
	}
	topic := q.Topic
	if topic == "" {
		topic = j.renderer.TopicOf(q.Text)
	}
	if said := j.byRules(topic, &q); said.Text != "" {
		return s.reply(ctx, j, &q, conversation{}, said, true)
	}
	if q.Original.Options.Mode == ModeRules {
		return s.replyInFigures(ctx, j, &q, conversation{})
	}
	return s.askModel(ctx, j, &q)
}

// newQuestion analyses the original request again and sees that it still says
// what was said.
func (s *Service) newQuestion(ctx context.Context, q *Question) (*job, error) {
	body, err := s.cfg.Journal.Answer(ctx, q.Original.Client, q.About)
	if err != nil {
		return nil, err
	}
	var given Answer
	if err := json.Unmarshal(body, &given); err != nil || given.Analysis == nil {
		return nil, fmt.Errorf("recommend: stored answer: %w", err)
	}
	q.Original.RequestID = q.RequestID
	res, err := s.analyze(&q.Original, q.Original.Options.MaxRecommendations)
	if err != nil {
		return nil, err
	}
	if !slices.EqualFunc(given.Analysis.Facts, res.Facts, sameFact) {
		return nil, ErrFactsChanged
	}
	j := s.newJob(q.Original, res)
	if q.Action != "" && len(j.asked(q.Action)) == 0 {
		return nil, portfolio.Faults{{
			Pointer: "/action", Code: "unknown_action", Detail: "The recommendation has no action of this id.",
		}}
	}
	j.brief.widen(&j.req, res, q.Text)
	j.question = maskNames(q.Text, &j.req.Portfolio, j.brief.Holdings)
	return j, nil
}

func sameFact(a, b analysis.Fact) bool {
	return a.ID == b.ID && a.Code == b.Code && a.Subject == b.Subject && a.Value == b.Value && a.Threshold == b.Threshold
}

// asked are the actions that a question is about.
func (j *job) asked(id string) []analysis.Action {
	var out []analysis.Action
	for _, a := range j.res.Actions {
		if id == "" || a.ID == id {
			out = append(out, a)
		}
	}
	return out
}

// byRules answers what the analysis tells without a model; its text is "" where it
// does not. What the whole plan comes to is no answer about a part of it.
func (j *job) byRules(topic string, q *Question) wording.Reply {
	whole := len(j.asked(q.Action)) == len(j.res.Actions)
	switch {
	case topic == wording.TopicTrades:
		return j.renderer.Trades(j.asked(q.Action), j.named(q.Text))
	case topic == wording.TopicResult && whole:
		return j.renderer.Outcome()
	case topic == wording.TopicTaxes && whole:
		return j.renderer.Taxes()
	case topic == wording.TopicLargest:
		return j.renderer.Largest(largestHolding(&j.req.Portfolio))
	case topic == wording.TopicWhy, topic == wording.TopicInaction, topic == wording.TopicCost:
		return j.renderer.Reply(topic, j.asked(q.Action))
	}
	return wording.Reply{}
}

// named are the instruments that a text has: those held, and those to buy.
func (j *job) named(text string) map[string]bool {
	named := holdingsNamed(&j.req.Portfolio, text)
	for _, a := range j.res.Actions {
		for _, t := range a.Trades {
			if replaceName(text, t.Ticker, "") != text {
				named[t.Ticker] = true
			}
		}
	}
	return named
}

// largestHolding is the instrument that is worth the most, or "".
func largestHolding(p *portfolio.Portfolio) string {
	v, err := portfolio.Value(p)
	if err != nil {
		return ""
	}
	largest, worth := "", map[string]decimal.Decimal{}
	for i := range v.Holdings {
		h := &v.Holdings[i]
		ref := h.Instrument.Ref()
		worth[ref] = worth[ref].Add(h.Value)
	}
	for i := range v.Holdings {
		if ref := v.Holdings[i].Instrument.Ref(); worth[ref].GreaterThan(worth[largest]) {
			largest = ref
		}
	}
	return largest
}

// askModel asks the model once for all who ask the same at the same time.
func (s *Service) askModel(ctx context.Context, j *job, q *Question) (Reply, error) {
	key := keyOf(j.req.Client, j.req.Canonical, "question", q.About, q.Action, q.Text)
	fl, _, leader, err := s.flights.join(key, func() (kept, bool) { return kept{}, false })
	if err != nil {
		return Reply{}, err
	}
	if leader {
		go s.fly(ctx, j, key, fl, func(ctx context.Context) { fl.reply, fl.err = s.converseOn(ctx, j, q) })
	}
	select {
	case <-ctx.Done():
		return Reply{}, ctx.Err()
	case <-fl.done:
		return fl.reply, fl.err
	}
}

// converseOn asks the model and records what comes of it.
func (s *Service) converseOn(ctx context.Context, j *job, q *Question) (Reply, error) {
	c := s.converse(ctx, j)
	var own *LimitError
	switch {
	case errors.As(c.err, &own):
		return Reply{}, own
	case c.words.reply != "":
		return s.reply(ctx, j, q, c, wording.Reply{Text: c.words.reply, Evidence: c.words.cited}, true)
	case c.err != nil:
		return s.replyInFigures(ctx, j, q, c)
	}
	return s.reply(ctx, j, q, c, j.renderer.NotInData(), false)
}

// replyInFigures answers what neither rules nor the model did, by the figures
// that the question is about if there are any.
func (s *Service) replyInFigures(ctx context.Context, j *job, q *Question, c conversation) (Reply, error) {
	if said := j.renderer.Figures(q.Text, j.named(q.Text)); said.Text != "" {
		return s.reply(ctx, j, q, c, said, true)
	}
	return s.reply(ctx, j, q, c, j.renderer.NotAsked(), false)
}

// reply records an answer before it is given.
func (s *Service) reply(ctx context.Context, j *job, q *Question, c conversation, said wording.Reply, answered bool) (Reply, error) {
	r := Reply{
		ID: "qst_" + s.cfg.NewID(), CreatedAt: s.now(), About: q.About, Source: sourceRules, Answered: answered,
		Text: said.Text, Evidence: notNil(said.Evidence), Usage: s.usage(c.attempts), Versions: s.versions,
	}
	r.Versions.Prompt = questionID
	if c.words.reply != "" {
		r.Source = sourceModel
	}
	if c.err != nil {
		if j.req.Options.Mode == ModeModel {
			return Reply{}, s.refusal(c.err)
		}
		d := degradedBy(c.err, s.cfg.Now(), j.renderer.DegradedCause)
		r.Degraded = &d
	}
	if err := s.keepReply(ctx, j, q, c, &r); err != nil {
		return Reply{}, err
	}
	return r, nil
}

// posed is a question as the journal keeps it.
type posed struct {
	Question string `json:"question,omitempty"`
	Topic    string `json:"topic,omitempty"`
	Action   string `json:"action,omitempty"`
}

func (s *Service) keepReply(ctx context.Context, j *job, q *Question, c conversation, r *Reply) error {
	return s.keepAbout(ctx, posed{q.Text, q.Topic, q.Action}, r, Record{
		ID: r.ID, Kind: RecordQuestion, About: q.About, CreatedAt: r.CreatedAt, Client: j.req.Client, RequestID: q.RequestID,
		Prompt: questionID, Attempts: c.attempts, Source: r.Source, Degraded: reasonOf(r.Degraded),
	})
}
