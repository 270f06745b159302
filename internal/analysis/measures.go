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
	n := len(m.val.Holdings)
	room := len(measures) + 3*n + min(4*n, 64) + fewKeys // gains are total, short and long
	m.facts, m.exact = make([]Fact, 0, room), make([]decimal.Decimal, 0, room)
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
	m.number()
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
	m.facts, m.exact = append(m.facts, f), append(m.exact, v)
}

// addLevel adds the one fact that is a word.
func (m *model) addLevel() {
	if m.level != "" {
		m.factRange[FactRiskLevel] = [2]int{len(m.facts), len(m.facts) + 1}
		m.facts = append(m.facts, Fact{Code: FactRiskLevel, Value: string(m.level), Unit: Level, Holding: -1})
		m.exact = append(m.exact, decimal.Decimal{})
	}
}

// number gives the facts their ids, which share one string: there may be as
// many as three for each holding.
func (m *model) number() {
	all, ends := make([]byte, 0, len("F9999")*len(m.facts)), make([]int, len(m.facts))
	for i := range m.facts {
		all = strconv.AppendInt(append(all, 'F'), int64(i+1), 10)
		ends[i] = len(all)
	}
	ids, start := string(all), 0
	for i, end := range ends {
		m.facts[i].ID, start = ids[start:end], end
	}
	m.complete = true
}

// maxSubjects bounds the facts of one code about single holdings.
func (m *model) maxSubjects() int { return int(m.limit(lineMaxSubjects).IntPart()) }

// limitOf is the limit function of a policy line.
func limitOf(line string) func(*model, string) (decimal.Decimal, bool) {
	return func(m *model, _ string) (decimal.Decimal, bool) { return m.limit(line), true }
}

// leadHolding is the largest position in an instrument.
func leadHolding(m *model, ref string) int { return m.holdings().lead(ref) }
