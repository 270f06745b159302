package recommend

import (
	"slices"
	"strconv"
	"strings"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend/verify"
)

// The bounds of a brief, which keep a thousand holdings about as cheap as ten.
const (
	maxEvidence     = 4 // facts that one action brings along, its trigger included
	maxSummaryFacts = 4 // facts for the summary that no action cites
)

// summaryCodes are the facts that a summary may speak of without any action,
// the most telling first.
var summaryCodes = [...]string{
	analysis.FactTotalValue, analysis.FactRiskLevel, analysis.FactPortfolioDrift, analysis.FactClassWeight,
	analysis.FactEffectiveNumber, analysis.FactExpenseRatio, analysis.FactEmergencyFund,
}

// brief is what the model is told: selected facts and actions in coded form,
// free of names, tickers and any other text of the caller.
type brief struct {
	Profile profileLine
	Facts   []briefFact
	Actions []briefAction
	// Sides are what holds of portfolio and investor, whatever the text is about.
	// The model is told only what it may cite of them.
	Sides []string
	// Largest is an alias of Holdings, or "", and what holds of a text that speaks
	// of no other.
	Largest      string
	LargestSides []string
	// Found are the facts of the findings, the gravest first.
	Found []string
	// Others counts the holdings that no line speaks of.
	Others int
	// Holdings resolves H1, H2, … to what the caller calls them.
	Holdings map[string]string
}

type profileLine struct {
	Level      string
	Horizon    *int // years
	Objectives []string
	Liquidity  string
}

type briefFact struct {
	ID, Code, Subject, Value, Limit string

	ofHolding bool
}

type briefAction struct {
	ID, Kind, Subject string
	Severity          analysis.Severity
	Facts             []string // the trigger first
	Barely            bool     // the trigger is hardly beyond its limit
	OffTarget         bool     // it does not lead to the caller's target
	Sold              []string // the asset classes that it sells
}

// newBrief selects what the model needs in order to explain the given actions. What
// moves nothing is not explained: a reason to act is none to be held back.
func newBrief(req *Request, res *analysis.Result) *brief {
	b := &brief{Profile: profileOf(req.Profile, res.RiskLevel), Holdings: map[string]string{}}
	names := aliases{}
	cited := map[string]bool{}
	for _, a := range res.Actions {
		ba := briefAction{ID: a.ID, Kind: a.Kind, Severity: a.Severity, Facts: evidenceOf(a, res), Barely: barely(res.Fact(a.Trigger)), OffTarget: offTarget(a), Sold: soldClasses(a, &req.Portfolio)}
		ba.Subject = names.subject(a.Subject, a.Holding)
		for _, id := range ba.Facts {
			f := res.Fact(id)
			names.subject(f.Subject, f.Holding)
			cited[id] = true
		}
		if a.Moves() {
			b.Actions = append(b.Actions, ba)
		}
	}
	citeSummary(res.Facts, cited)
	for i := range res.Facts {
		if f := &res.Facts[i]; cited[f.ID] {
			b.Facts = append(b.Facts, newBriefFact(f, names))
		}
	}
	for subject, alias := range names {
		b.Holdings[alias] = subject
	}
	for i := range res.Findings {
		b.Found = append(b.Found, res.Findings[i].Evidence[:min(1, len(res.Findings[i].Evidence))]...)
	}
	classes := slices.Concat(classSides(res.Facts), mostlySide(res.Facts))
	b.Sides = slices.Concat(classes, lopsidedSide(classes), noneSides(res.Facts), foundSides(res), b.Profile.sides())
	subject, largest := largestIssuer(res.Facts)
	b.Largest, b.LargestSides = names[subject], largest
	b.Others = max(0, distinctInstruments(&req.Portfolio)-len(names))
	return b
}

func profileOf(p portfolio.Profile, level string) profileLine {
	return profileLine{Level: level, Horizon: p.TimeHorizonYears, Objectives: p.Objectives, Liquidity: p.LiquidityNeeds}
}

// evidenceOf lists what the model may cite for a: the trigger, then as much of
// the other evidence as there is room for.
func evidenceOf(a analysis.Action, res *analysis.Result) []string {
	var ids []string
	for _, id := range append([]string{a.Trigger}, a.Evidence...) {
		if len(ids) < maxEvidence && res.Fact(id) != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// citeSummary marks the facts of summaryCodes that are about no single holding.
func citeSummary(facts []analysis.Fact, cited map[string]bool) {
	room := maxSummaryFacts
	for _, code := range summaryCodes {
		for _, f := range facts {
			if f.Code != code || f.Holding >= 0 || cited[f.ID] {
				continue
			}
			if room == 0 {
				return
			}
			cited[f.ID], room = true, room-1
		}
	}
}

func distinctInstruments(p *portfolio.Portfolio) int {
	seen := map[string]bool{}
	for i := range p.Positions {
		seen[p.Positions[i].Instrument.Ref()] = true
	}
	return len(seen)
}

// aliases maps the subjects that are holdings to H1, H2, … in the order in
// which they were met.
type aliases map[string]string

// subject gives the word that stands for a subject in the prompt: an alias for
// a holding, the word itself if it belongs to a closed vocabulary, else "".
func (al aliases) subject(s string, holding int) string {
	if holding < 0 || s == "" {
		return safeWord(s)
	}
	if al[s] == "" {
		al[s] = "H" + strconv.Itoa(len(al)+1)
	}
	return al[s]
}

func newBriefFact(f *analysis.Fact, names aliases) briefFact {
	return briefFact{
		ID: f.ID, Code: f.Code, Subject: names.subject(f.Subject, f.Holding),
		Value: promptValue(f.Value, f.Unit, f.Currency),
		Limit: promptValue(f.Threshold, f.Unit, f.Currency), ofHolding: f.Holding >= 0,
	}
}

func (f briefFact) line() string {
	words := []string{f.ID, f.Code, f.Subject, f.Value}
	if f.Limit != "" {
		words = append(words, "limit", f.Limit)
	}
	return joinWords(words)
}

func (a briefAction) line() string {
	return joinWords([]string{a.ID, a.Kind, a.Subject,
		"severity=" + string(a.Severity), "facts=" + strings.Join(a.Facts, ",")})
}

func (b *brief) profileLine() string {
	p := b.Profile
	var words []string
	add := func(key, value string) {
		if value != "" {
			words = append(words, key+"="+value)
		}
	}
	add("level", safeWord(p.Level))
	if p.Horizon != nil {
		add("horizon", strconv.Itoa(*p.Horizon))
	}
	add("objectives", strings.Join(safeWords(p.Objectives), ","))
	add("liquidity", safeWord(p.Liquidity))
	return joinWords(words)
}

// mayCite returns the placeholders that the text about an action may use: its
// own facts and the holdings that they and the action speak of.
func (b *brief) mayCite(a briefAction) verify.Citable {
	may := verify.Citable{a.Subject: ""}
	for _, f := range b.Facts {
		if slices.Contains(a.Facts, f.ID) {
			may[f.ID] = f.class()
			may[f.Subject] = ""
		}
	}
	return may
}

// class is what a fact is a figure of, as Citable has it.
func (f briefFact) class() string {
	switch f.Code {
	case analysis.FactClassWeight, analysis.FactClassDrift, analysis.FactClassDriftRelative:
		return f.Subject
	case analysis.FactCashBalance, analysis.FactExcessCash, analysis.FactEmergencyFund:
		return string(portfolio.ClassCash)
	case analysis.FactRiskLevel:
		return verify.FigureLevel
	}
	of := verify.FigureOther
	if f.ofHolding {
		of = verify.FigureHolding
	}
	return verify.Measured(of, measures[f.Code])
}

// measures are what the facts tell that are of no asset class.
var measures = map[string]string{
	analysis.FactTotalValue: verify.MeasureWorth, analysis.FactNetWorth: verify.MeasureWorth,
	analysis.FactUnrealisedGain: verify.MeasureGain, analysis.FactUnrealisedReturn: verify.MeasureGain,
	analysis.FactUnrealisedShort: verify.MeasureGain, analysis.FactUnrealisedLong: verify.MeasureGain,
	analysis.FactHarvestableLoss: verify.MeasureLoss, analysis.FactDisallowedLoss: verify.MeasureLoss,
	analysis.FactExpenseRatio: verify.MeasureCost, analysis.FactExpenseInvested: verify.MeasureCost,
	analysis.FactAnnualFee: verify.MeasureCost, analysis.FactFundExpenseRatio: verify.MeasureCost,
	analysis.FactTaxIfSold:        verify.MeasureTax,
	analysis.FactHighInterestDebt: verify.MeasureDebt, analysis.FactDebtRatio: verify.MeasureDebt,
	analysis.FactDebtInterestRate: verify.MeasureInterest,
}

// mayCiteInSummary returns the placeholders of every fact and holding told.
func (b *brief) mayCiteInSummary() verify.Citable {
	may := verify.Citable{}
	for _, f := range b.Facts {
		may[f.ID] = f.class()
	}
	for alias := range b.Holdings {
		may[alias] = ""
	}
	return may
}

func joinWords(words []string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}
