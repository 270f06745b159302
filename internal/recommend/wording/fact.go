package wording

import (
	"cmp"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// What the subject of a fact or finding is: the kind of its label, or one of
// the kinds without labels.
const (
	ofClass, ofSector, ofRegion  = "class", "sector", "region"
	ofMarket, ofDebt, ofMethod   = "market", "debt", "method"
	ofObjective, ofFactor        = "objective", "factor"
	ofLevel, asItIs, holdingKind = "level", "", "holding"
)

// subjectKinds tells how to read the subjects of facts.
var subjectKinds = map[string]string{
	analysis.FactClassWeight: ofClass, analysis.FactClassDrift: ofClass, analysis.FactClassDriftRelative: ofClass,
	analysis.FactSectorWeight: ofSector, analysis.FactRegionWeight: ofRegion, analysis.FactMarketWeight: ofMarket,
	analysis.FactDebtInterestRate: ofDebt, analysis.FactVaR95: ofMethod,
	analysis.FactIssuerWeight: holdingKind, analysis.FactShortIssuerWeight: holdingKind, analysis.FactFundExpenseRatio: holdingKind,
	analysis.FactUnrealisedGain: holdingKind, analysis.FactUnrealisedReturn: holdingKind,
	analysis.FactUnrealisedShort: holdingKind, analysis.FactUnrealisedLong: holdingKind,
	analysis.FactHarvestableLoss: holdingKind, analysis.FactStalePriceDays: holdingKind,
	analysis.FactValueMismatch: holdingKind, analysis.FactCostMismatch: holdingKind,
	analysis.FactDisallowedLoss: holdingKind,
}

// coefficients are ratios that are no shares of anything.
var coefficients = map[string]bool{
	analysis.FactHHI: true, analysis.FactHHIInvested: true, analysis.FactSharpe: true,
}

// asBand is the tail of a distance that may go both ways.
const asBand = "band"

// rates are quoted with two decimals.
var rates = map[string]bool{
	analysis.FactExpenseRatio: true, analysis.FactExpenseInvested: true,
	analysis.FactFundExpenseRatio: true, analysis.FactDebtInterestRate: true,
}

// tails names what is said about the threshold; facts that are not listed say
// nothing about it.
var tails = map[string]string{
	analysis.FactClassDrift: asBand, analysis.FactPortfolioDrift: "limit", analysis.FactIssuerWeight: "limit",
	analysis.FactShortIssuerWeight: "limit",
	analysis.FactSectorWeight:      "limit", analysis.FactRegionWeight: "limit", analysis.FactCurrencyWeight: "limit",
	analysis.FactMarketWeight: "limit", analysis.FactHomeBias: "limit", analysis.FactAccountWeight: "limit",
	analysis.FactExpenseRatio: "limit", analysis.FactFundExpenseRatio: "limit", analysis.FactCashDrag: "limit",
	analysis.FactDebtRatio: "limit", analysis.FactDebtService: "limit", analysis.FactDebtInterestRate: "limit",
	analysis.FactMaxDrawdown: "limit", analysis.FactStalePriceDays: "limit", analysis.FactValueMismatch: "limit",
	analysis.FactCostMismatch: "limit", analysis.FactRateMismatch: "limit",
	analysis.FactLiquidityRatio: "minimum", analysis.FactEmergencyFund: "minimum",
	analysis.FactSavingsRate: "minimum", analysis.FactHistoryObservations: "minimum",
	analysis.FactHistoryCoverage: "minimum", analysis.FactClassCoverage: "minimum",
	analysis.FactSectorCoverage: "minimum", analysis.FactCostCoverage: "minimum",
	analysis.FactExpenseCoverage: "minimum",
}

// factText is a fact on its own: its phrase, behind the holding if it is about
// one.
func (r *Renderer) factText(f *analysis.Fact) string {
	phrase := r.phrase(f)
	if aboutHolding(f) {
		return fill(r.Patterns["about_holding"], slots{"subject": f.Subject, "phrase": phrase})
	}
	return Capitalised(phrase)
}

func aboutHolding(f *analysis.Fact) bool {
	return subjectKinds[f.Code] == holdingKind && f.Subject != "" && f.Subject != analysis.SubjectPortfolio
}

// phrase is a fact as one noun phrase with unit and direction. Holdings are not
// named, because the text around it does.
func (r *Renderer) phrase(f *analysis.Fact) string { return r.phraseAfter(f, "") }

// phraseAfter is a fact's phrase behind a text, which may have named its subject.
func (r *Renderer) phraseAfter(f *analysis.Fact, text string) string { return r.phraseIn(f, text, "") }

// phraseThen is the phrase of a fact as trades leave it: on which side of its limit it
// is counts, not by how much.
func (r *Renderer) phraseThen(f *analysis.Fact) string { return r.phraseIn(f, "", "after.") }

func (r *Renderer) phraseIn(f *analysis.Fact, text, set string) string {
	d, err := decimal.NewFromString(f.Value)
	if err != nil {
		template, _ := r.template(f, text, 0)
		return fill(template, slots{"value": r.label(ofLevel, f.Value)})
	}
	template, signed := r.template(f, text, d.Sign())
	shown := d
	if signed {
		shown = d.Abs()
	}
	tail, limit := r.tailOf(f)
	phrase := r.Articles.fill(template, func(slot string) string {
		switch {
		case slot == "subject":
			return r.subject(subjectKinds[f.Code], f.Subject)
		case slot == "value" && tail != "":
			return r.figureApart(f, shown, limit)
		case slot == "excess" && tail != "":
			return r.excessBeside(f, shown, limit)
		}
		return r.alone(f, slot, shown)
	})
	if f.Subject == analysis.SubjectPortfolio {
		phrase = fill(r.Patterns["in_total"], slots{"phrase": phrase})
	}
	return r.withTail(f, d, phrase, set, tail, limit)
}

// template is the form of a fact behind a text; signed is as in pick.
func (r *Renderer) template(f *analysis.Fact, text string, sign int) (template string, signed bool) {
	if template, signed := r.Told.after(f, text, sign); template != "" {
		return template, signed
	}
	form := f.Subject
	if subjectKinds[f.Code] == holdingKind {
		form = "" // a holding may have any name, even that of a form
	}
	code := f.Code
	if code == analysis.FactMarginBalance && f.Subject == "" {
		code = analysis.FactCashBalance // of no account, so that none is named
	}
	return r.pick(r.Facts, code, form, sign)
}

// alone is the slot of a figure without a limit beside it.
func (r *Renderer) alone(f *analysis.Fact, slot string, d decimal.Decimal) string {
	switch slot {
	case "value":
		return r.figure(f, d)
	case "excess":
		return r.excess(f, d)
	}
	return ""
}

// pick chooses the form of a message: the one for the subject, the one for the
// sign, or the plain one. A code without a message has a general one. signed
// says that the words tell the sign, so that the figure must not.
func (r *Renderer) pick(m messages, code, subject string, sign int) (template string, signed bool) {
	if text := m[code+"."+subject]; text != "" {
		return text, false
	}
	if text := m[code+[...]string{".under", ".zero", ".over"}[sign+1]]; text != "" {
		return text, true
	}
	return cmp.Or(m[code], m["other"]), false
}

func (r *Renderer) subject(kind, subject string) string {
	if kind == holdingKind || kind == asItIs {
		return subject
	}
	return r.label(kind, subject)
}

// tailOf is what is said of a figure's threshold, and that threshold; "" where
// nothing is.
func (r *Renderer) tailOf(f *analysis.Fact) (tail string, limit decimal.Decimal) {
	tail = tails[f.Code]
	if f.Code == analysis.FactCurrencyWeight && f.Subject == string(r.result.BaseCurrency) {
		tail = "minimum"
	}
	if tail == "" || f.Threshold == "" {
		return "", decimal.Zero
	}
	limit, err := decimal.NewFromString(f.Threshold)
	if err != nil || limit.IsZero() {
		return "", decimal.Zero
	}
	return tail, limit
}

// withTail adds where a figure stands relative to its threshold, in some set of words.
func (r *Renderer) withTail(f *analysis.Fact, d decimal.Decimal, phrase, set, tail string, limit decimal.Decimal) string {
	switch tail {
	case "":
		return phrase
	case asBand:
		return r.withBand(f, d.Abs(), limit, phrase)
	}
	if r.barely(f, d, limit) {
		set, tail = "", tail+".barely"
	}
	key := set + tail + sides[analysis.Compare(d, limit)+1]
	if f.Code == analysis.FactEmergencyFund && d.IsZero() {
		key = "minimum.none" // what is missing is the minimum
	}
	template := r.Patterns[key]
	return fill(template, slots{
		"phrase": phrase, "excess": r.apart(f, d, limit), "threshold": r.threshold(f, limit),
	})
}

// sides are the forms of what is below, at and above something.
var sides = [...]string{".under", ".at", ".over"}

func (r *Renderer) withBand(f *analysis.Fact, drift, limit decimal.Decimal, phrase string) string {
	key, side := "band", ".within"
	if r.barely(f, drift, limit) {
		key = "band.barely"
	}
	if analysis.Compare(drift, limit) > 0 {
		side = ".outside"
	}
	return fill(r.Patterns[key+side], slots{"phrase": phrase, "threshold": r.band(limit)})
}
