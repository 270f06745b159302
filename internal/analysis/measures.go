package analysis

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// A measure defines one fact code: its unit, what it is computed for, and its
// formula. The formula is the only place where the figure is computed, for the
// facts as for the impact of trades.
type measure struct {
	code string
	unit Unit
	// subjects lists what the figure becomes a fact for, in order. nil is once,
	// without a subject.
	subjects func(m *model) []string
	// value is the formula. It must also answer for subjects that are no facts:
	// an issuer that trades brought below the watch line still has its weight.
	value func(m *model, subject string) (decimal.Decimal, bool)
	// limit is the threshold that belongs to the figure; nil is none.
	limit func(m *model, subject string) (decimal.Decimal, bool)
	// holding is the index of the largest holding meant; nil is -1.
	holding func(m *model, subject string) int
}

// measures is every fact in the order of Result.Facts.
var measures = slices.Concat(
	allocationMeasures, concentrationMeasures, exposureMeasures, feeMeasures, gainMeasures,
	cashMeasures, debtMeasures, riskMeasures, qualityMeasures,
)

var measureByCode = indexMeasures()

func indexMeasures() map[string]*measure {
	index := make(map[string]*measure, len(measures))
	for i := range measures {
		index[measures[i].code] = &measures[i]
	}
	return index
}

// buildFacts computes every fact that exists, numbers them F1, F2, … and
// indexes them for fact.
func (m *model) buildFacts() {
	room := len(measures) + 3*len(m.val.Holdings) // gains: total, short and long
	m.facts = make([]Fact, 0, room)
	m.factIndex, m.factRange = make(map[string]map[string]int), make(map[string][2]int, len(measures))
	for i := range measures {
		def, first := &measures[i], len(m.facts)
		if def.subjects == nil {
			m.addFact(def, "")
		} else {
			for _, subject := range def.subjects(m) {
				m.addFact(def, subject)
			}
		}
		m.factRange[def.code] = [2]int{first, len(m.facts)}
		if def.code == FactTotalValue {
			m.addLevel()
		}
	}
}

func (m *model) addFact(def *measure, subject string) {
	v, ok := def.value(m, subject)
	if !ok {
		return
	}
	f := Fact{Code: def.code, Subject: subject, Value: m.write(def.unit, v), Unit: def.unit, Holding: -1}
	if def.unit == Money {
		f.Currency = m.base()
	}
	if def.limit != nil {
		if limit, ok := def.limit(m, subject); ok {
			f.Threshold = m.write(def.unit, limit)
		}
	}
	if def.holding != nil {
		f.Holding = def.holding(m, subject)
	}
	m.number(f)
}

// addLevel adds the one fact that is a word.
func (m *model) addLevel() {
	if m.level != "" {
		m.factRange[FactRiskLevel] = [2]int{len(m.facts), len(m.facts) + 1}
		m.number(Fact{Code: FactRiskLevel, Value: string(m.level), Unit: Level, Holding: -1})
	}
}

func (m *model) number(f Fact) {
	f.ID = "F" + strconv.Itoa(len(m.facts)+1)
	m.facts = append(m.facts, f)
}

// maxSubjects bounds the facts of one code about single holdings.
func (m *model) maxSubjects() int { return int(m.limit(lineMaxSubjects).IntPart()) }

// limitOf is the limit function of a policy line.
func limitOf(line string) func(*model, string) (decimal.Decimal, bool) {
	return func(m *model, _ string) (decimal.Decimal, bool) { return m.limit(line), true }
}

// leadHolding is the largest position in an instrument.
func leadHolding(m *model, ref string) int { return m.holdings().lead(ref) }

// ratio is a/b, and false where b is not above zero.
func ratio(a, b decimal.Decimal) (decimal.Decimal, bool) {
	if !b.IsPositive() {
		return decimal.Decimal{}, false
	}
	return a.DivRound(b, ratioPlaces), true
}
