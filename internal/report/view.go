package report

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/recommend/wording"
)

// view is what the template prints: words and numbers as they are shown.
type view struct {
	Language    string
	Style       template.CSS
	L           map[string]string
	ID, Created string
	AsOf, Total string
	Level       string
	Emulated    bool
	Degraded    string
	Summary     string
	Classes     []share
	HasAfter    bool
	Others      []dimension
	Findings    []finding
	Items       []item
	LeftOut     int
	Notes       []string
	Words       string // who wrote them
	Model, Cost string
	Versions    recommend.Versions
}

// share is one line of an allocation. The widths are percentages of a bar.
type share struct {
	Name, Value, Now, Target, After   string
	NowWidth, TargetWidth, AfterWidth string
}

type dimension struct {
	Name   string
	Shares []share
}

type finding struct{ Severity, Class, Text string }

type item struct {
	recommend.Recommendation
	Level, Words string
	Assumes      string
	Orders       []order
	HasAccounts  bool
	Effects      []effect
	Figures      []string
}

type order struct{ Side, Quantity, Ticker, Amount, Account string }

type effect struct{ What, Before, After string }

// largest is how many shares of a dimension beside the asset class are shown;
// what is left is one line more.
const largest = 5

type builder struct {
	a     *recommend.Answer
	words *wording.Renderer
	l     map[string]string
	facts map[string]*analysis.Fact
}

func newView(a *recommend.Answer, language string) view {
	res := a.Analysis
	b := builder{a: a, l: labels()[language], words: wording.New(wording.Config{Language: language, Result: res}), facts: map[string]*analysis.Fact{}}
	for i := range res.Facts {
		b.facts[res.Facts[i].ID] = &res.Facts[i]
	}
	v := view{
		Language: language, Style: template.CSS(style), L: b.l, //nolint:gosec // our own style sheet
		ID: a.ID, Created: a.CreatedAt.UTC().Format(time.RFC3339), AsOf: b.words.Day(res.AsOf), Total: b.words.Money(res.TotalValue, res.BaseCurrency),
		Level: b.words.Label("level", res.RiskLevel), Emulated: a.Usage.Provider == "emulator", Summary: a.Summary, Notes: a.Disclosures, LeftOut: res.LeftOut,
		Words: Author(b.l, a.Source), Model: a.Usage.ModelID, Cost: "USD " + a.Usage.CostUSD, Versions: a.Versions,
	}
	if a.Degraded != nil {
		v.Degraded = a.Degraded.Detail
	}
	v.Classes = b.classes()
	for _, s := range v.Classes {
		v.HasAfter = v.HasAfter || s.After != ""
	}
	for _, by := range []string{"sector", "region", "currency"} {
		v.Others = append(v.Others, b.dimension(by))
	}
	for _, f := range res.Findings {
		v.Findings = append(v.Findings, finding{b.l[string(f.Severity)], string(f.Severity), f.Text})
	}
	for i := range a.Recommendations {
		v.Items = append(v.Items, b.item(&a.Recommendations[i]))
	}
	return v
}

// Author says in a report's words who wrote a text; of a mixed one each part says
// so itself.
func Author(words map[string]string, source string) string {
	switch source {
	case "mixed":
		return words["by_model"] + " / " + words["by_rules"]
	case "model":
		return words["by_model"]
	default:
		return words["by_rules"]
	}
}

// classes are the asset classes, with their shares after the trades where there are
// any.
func (b *builder) classes() []share {
	after := b.weightsAfter()
	var out []share
	for _, l := range b.a.Analysis.Allocation {
		if l.By == "asset_class" {
			s := b.share("class", l)
			s.After, s.AfterWidth = b.words.Percent(after[l.Key]), width(after[l.Key])
			out = append(out, s)
		}
	}
	return out
}

// weightsAfter are the shares of the classes as the plan leaves them, where it moves
// anything and all of it is shown.
func (b *builder) weightsAfter() map[string]string {
	res := b.a.Analysis
	moves := slices.ContainsFunc(res.Actions, func(a analysis.Action) bool { return a.Moves() })
	if res.Plan == nil || !moves || len(b.a.Recommendations) < len(res.Actions) {
		return nil
	}
	after := map[string]string{}
	for _, l := range res.Allocation { // a class that is sold out is in no line of the plan
		after[l.Key] = "0"
	}
	for _, l := range res.Plan.Allocation {
		after[l.Key] = l.Weight
	}
	return after
}

func (b *builder) share(kind string, l analysis.AllocationLine) share {
	return share{
		Name: b.words.Share(kind, l.Key), Value: b.words.Money(l.Value, b.a.Analysis.BaseCurrency),
		Now: b.words.Percent(l.Weight), NowWidth: width(l.Weight), Target: b.words.Percent(l.Target), TargetWidth: width(l.Target),
	}
}

func (b *builder) dimension(by string) dimension {
	d := dimension{Name: b.l[by]}
	rest, others := decimal.Zero, 0
	for _, l := range b.a.Analysis.Allocation {
		if l.By != by {
			continue
		}
		if len(d.Shares) < largest {
			d.Shares = append(d.Shares, b.share(by, l))
			continue
		}
		if weight, err := decimal.NewFromString(l.Weight); err == nil {
			rest, others = rest.Add(weight), others+1
		}
	}
	if others > 0 {
		d.Shares = append(d.Shares, share{Name: fmt.Sprintf("%s (%d)", b.l["others"], others), Now: b.words.Percent(rest.String())})
	}
	return d
}

// width is a fraction of one as a length on a bar of one hundred, within it.
func width(fraction string) string {
	d, err := decimal.NewFromString(fraction)
	if err != nil {
		return ""
	}
	return decimal.Min(decimal.Max(d.Shift(2), decimal.Zero), decimal.NewFromInt(100)).Round(2).String()
}

func (b *builder) item(r *recommend.Recommendation) item {
	out := item{Recommendation: *r, Level: b.l[string(r.Severity)], Words: Author(b.l, r.Source), Assumes: b.assumes(r)}
	for _, t := range r.Trades {
		out.Orders = append(out.Orders, order{
			b.l[string(t.Side)], t.Quantity, t.Ticker, b.words.Money(t.Amount, b.a.Analysis.BaseCurrency), t.AccountID,
		})
		out.HasAccounts = out.HasAccounts || t.AccountID != ""
	}
	for _, x := range r.Payments {
		debt := b.words.Label("debt", string(x.Type))
		out.Orders = append(out.Orders, order{b.l["repay"], "", debt, b.words.Money(x.Amount, b.a.Analysis.BaseCurrency), x.AccountID})
		out.HasAccounts = out.HasAccounts || x.AccountID != ""
	}
	told := map[string]bool{}
	for _, x := range r.Impact {
		if f := b.facts[x.Fact]; f != nil {
			out.Effects = append(out.Effects, effect{b.measure(f), b.words.Value(f, x.Before), b.words.Value(f, x.After)})
			told[x.Fact] = true
		}
	}
	for _, id := range r.Evidence {
		if f := b.facts[id]; f != nil && !told[id] {
			out.Figures = append(out.Figures, f.Text)
		}
	}
	return out
}

// assumes says which recommendations, by their numbers, come before this one; "" is
// none.
func (b *builder) assumes(r *recommend.Recommendation) string {
	var places []string
	for i := range b.a.Recommendations {
		if x := &b.a.Recommendations[i]; slices.Contains(r.DependsOn, x.ID) {
			places = append(places, strconv.Itoa(x.Priority))
		}
	}
	if len(places) == 0 {
		return ""
	}
	return b.l["assumes"] + " " + strings.Join(places, ", ")
}

// measure names what a fact measures without its value, which an action changes.
func (b *builder) measure(f *analysis.Fact) string {
	name, known := b.l["fact."+f.Code]
	switch {
	case !known:
		return f.Text
	case f.Code == analysis.FactClassWeight:
		return name + ": " + b.words.Label("class", f.Subject)
	case f.Subject != "":
		return name + ": " + f.Subject
	}
	return name
}
