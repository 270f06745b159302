package analysis

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// Policy is the versioned file of thresholds and model allocations: everything
// in an analysis that is a judgement and not arithmetic. It is read-only once
// parsed, and safe for concurrent use.
type Policy struct {
	version   string
	hash      [sha256.Size]byte
	mandatory []string
	models    map[portfolio.RiskLevel]levelModel
	goals     map[string]levelRange
	markets   map[string]market
	lines     map[string]Line
}

// A Line is one named threshold or parameter of the policy.
type Line struct {
	Name  string // dotted, such as concentration.watch; Finding.Policy cites it
	Value decimal.Decimal
	// ByLevel replaces Value for an investor of that effective level.
	ByLevel map[portfolio.RiskLevel]decimal.Decimal
	// ByCurrency replaces both where the base currency is one of these: 500 is a floor
	// in dollars, and nothing at all in yen. Lines in money alone have it.
	ByCurrency map[portfolio.Currency]decimal.Decimal
	// Severity is that of the finding when the line is crossed; "" for a mere
	// parameter.
	Severity Severity
	// EqualityPasses says that a figure exactly at the threshold is no finding.
	EqualityPasses bool
}

// At is the line's value for an investor of the given level, "" for unknown.
func (l Line) At(level portfolio.RiskLevel) decimal.Decimal {
	if v, ok := l.ByLevel[level]; ok {
		return v
	}
	return l.Value
}

// levelModel is the model allocation of one risk level and the horizon, in
// years and exclusive, below which no higher level is suitable; 0 is no end.
type levelModel struct {
	horizonBelow int
	allocation   portfolio.Allocation
}

// levelRange is the levels of tolerance that an objective goes with.
type levelRange struct{ lowest, highest portfolio.RiskLevel }

// market is a group of countries and regions, such as the emerging ones.
type market struct{ countries, regions []string }

//go:embed policy.json
var defaultPolicy []byte

// DefaultPolicy is the policy that Ballast ships. Its model allocations and
// horizons are those of the Schwab Center for Financial Research (data of 1970
// to 2024), its bands the 5/25 rule, its market classification MSCI's.
var DefaultPolicy = sync.OnceValue(func() *Policy {
	p, err := ParsePolicy(defaultPolicy)
	if err != nil {
		panic(fmt.Sprintf("the embedded policy: %v", err))
	}
	return p
})

// ID names the policy beyond doubt: its version and the start of the SHA-256
// of its bytes, such as "2026-11 sha256:0123456789ab".
func (p *Policy) ID() string {
	return p.version + " sha256:" + hex.EncodeToString(p.hash[:6])
}

// Line returns the line of that name. Every name of this package exists in
// every parsed policy; another one panics, being a slip of the pen.
func (p *Policy) Line(name string) Line {
	l, ok := p.lines[name]
	if !ok {
		panic("analysis: no policy line " + name)
	}
	return l
}

// Model is the model allocation of a level; it must not be modified.
func (p *Policy) Model(level portfolio.RiskLevel) portfolio.Allocation {
	return p.models[level].allocation
}

// HorizonCap is the highest level that a horizon of so many years allows:
// aggressive from 15 years on, conservative for 4.
func (p *Policy) HorizonCap(years int) portfolio.RiskLevel {
	for _, level := range portfolio.RiskLevels {
		if end := p.models[level].horizonBelow; end == 0 || years < end {
			return level
		}
	}
	return portfolio.Aggressive
}

// marketOf classifies what a country's or, without one, a region's securities
// are: developed, emerging, or "" for a frontier market and what is unknown.
func (p *Policy) marketOf(country, region string) string {
	if country == "" {
		region = portfolio.NameKey(region) // as the policy names them
	}
	for name, m := range p.markets {
		if country != "" && slices.Contains(m.countries, country) ||
			country == "" && slices.Contains(m.regions, region) {
			return name
		}
	}
	return ""
}
