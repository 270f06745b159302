package analysis

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"go.yaml.in/yaml/v3"

	"ballast.internal/ballast/internal/portfolio"
)

// PolicyError is every fault of a policy file; each names the entry.
type PolicyError struct{ Faults []string }

// Error lists the faults.
func (e *PolicyError) Error() string { return "policy: " + strings.Join(e.Faults, "; ") }

func (e *PolicyError) add(format string, args ...any) {
	e.Faults = append(e.Faults, fmt.Sprintf(format, args...))
}

// policyFile is the file as written: JSON, or YAML, of which JSON is a part.
type policyFile struct {
	Version    string                            `yaml:"version"`
	Mandatory  []string                          `yaml:"mandatory_profile"`
	Models     map[portfolio.RiskLevel]modelFile `yaml:"models"`
	Objectives map[string]rangeFile              `yaml:"objectives"`
	Markets    map[string]marketFile             `yaml:"markets"`
	Lines      map[string]lineFile               `yaml:"lines"`
}

type modelFile struct {
	HorizonBelow int                  `yaml:"horizon_below_years"`
	Allocation   portfolio.Allocation `yaml:"allocation"`
}

type rangeFile struct {
	Lowest  portfolio.RiskLevel `yaml:"lowest"`
	Highest portfolio.RiskLevel `yaml:"highest"`
}

type marketFile struct {
	Countries []string `yaml:"countries"`
	Regions   []string `yaml:"regions"`
}

type lineFile struct {
	Value          *decimal.Decimal                        `yaml:"value"`
	ByLevel        map[portfolio.RiskLevel]decimal.Decimal `yaml:"by_level"`
	ByCurrency     map[portfolio.Currency]decimal.Decimal  `yaml:"by_currency"`
	Severity       Severity                                `yaml:"severity"`
	EqualityPasses *bool                                   `yaml:"equality_passes"`
	Why            string                                  `yaml:"why"` // for readers of the file
}

// ParsePolicy reads a policy file. Unknown entries, entries given twice or
// missing, and values out of range are all reported at once, by name, in a
// *PolicyError.
func ParsePolicy(data []byte) (*Policy, error) {
	var file policyFile
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, decodeError(err)
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, &PolicyError{Faults: []string{"more than one document"}}
	}
	p := &Policy{
		version: file.Version, hash: sha256.Sum256(data), mandatory: file.Mandatory,
		models:  make(map[portfolio.RiskLevel]levelModel, len(file.Models)),
		goals:   make(map[string]levelRange, len(file.Objectives)),
		markets: make(map[string]market, len(file.Markets)),
		lines:   make(map[string]Line, len(file.Lines)),
	}
	faults := &PolicyError{}
	p.readHead(&file, faults)
	p.readModels(file.Models, faults)
	p.readObjectives(file.Objectives, faults)
	p.readMarkets(file.Markets, faults)
	p.readLines(file.Lines, faults)
	if len(faults.Faults) > 0 {
		return nil, faults
	}
	return p, nil
}

func decodeError(err error) error {
	var te *yaml.TypeError
	switch {
	case errors.As(err, &te):
		return &PolicyError{Faults: te.Errors}
	case errors.Is(err, io.EOF):
		return &PolicyError{Faults: []string{"the file is empty"}}
	default:
		return &PolicyError{Faults: []string{err.Error()}}
	}
}

func (p *Policy) readHead(file *policyFile, faults *PolicyError) {
	if file.Version == "" || strings.ContainsAny(file.Version, " \t\n") {
		faults.add("version: wants a word, such as 2026-11")
	}
	for _, name := range file.Mandatory {
		if _, ok := profileFactors[name]; !ok {
			faults.add("mandatory_profile: %q is no factor of a profile", name)
		}
	}
}

// readModels wants each level once, shares that sum to one, equity that does
// not fall from level to level, and horizons that rise up to the open end.
func (p *Policy) readModels(models map[portfolio.RiskLevel]modelFile, faults *PolicyError) {
	for _, level := range slices.Sorted(maps.Keys(models)) {
		if levelRank(level) < 0 {
			faults.add("models.%s: no such risk level", level)
		}
	}
	var previous modelFile
	for i, level := range portfolio.RiskLevels {
		m, ok := models[level]
		if !ok {
			faults.add("models.%s: missing", level)
			continue
		}
		checkShares(level, m.Allocation, faults)
		if m.Allocation[portfolio.ClassEquity].LessThan(previous.Allocation[portfolio.ClassEquity]) {
			faults.add("models.%s: less equity than the level below", level)
		}
		last := i == len(portfolio.RiskLevels)-1
		if last != (m.HorizonBelow == 0) || !last && m.HorizonBelow <= previous.HorizonBelow {
			faults.add("models.%s: horizon_below_years must rise, and the highest level has none", level)
		}
		p.models[level], previous = levelModel{m.HorizonBelow, m.Allocation}, m
	}
}

func checkShares(level portfolio.RiskLevel, a portfolio.Allocation, faults *PolicyError) {
	var sum decimal.Decimal
	for _, class := range slices.Sorted(maps.Keys(a)) {
		if !slices.Contains(targetClasses, class) {
			faults.add("models.%s: no asset class %q", level, class)
		}
		if a[class].IsNegative() {
			faults.add("models.%s: the share of %s is negative", level, class)
		}
		sum = sum.Add(a[class])
	}
	if !sum.Equal(one) {
		faults.add("models.%s: the shares sum to %s, not 1", level, sum)
	}
}

func (p *Policy) readObjectives(objectives map[string]rangeFile, faults *PolicyError) {
	for _, name := range slices.Sorted(maps.Keys(objectives)) {
		r := objectives[name]
		for _, level := range [...]portfolio.RiskLevel{r.Lowest, r.Highest} {
			if level != "" && levelRank(level) < 0 {
				faults.add("objectives.%s: no risk level %q", name, level)
			}
		}
		p.goals[name] = levelRange{r.Lowest, r.Highest}
	}
}

func (p *Policy) readMarkets(markets map[string]marketFile, faults *PolicyError) {
	for _, name := range [...]string{marketDeveloped, marketEmerging} {
		m, ok := markets[name]
		if !ok || len(m.Countries) == 0 {
			faults.add("markets.%s: wants countries", name)
		}
		for _, country := range m.Countries {
			if portfolio.RegionOf(country) == "" {
				faults.add("markets.%s: %q is no country", name, country)
			}
		}
		p.markets[name] = market{m.Countries, m.Regions}
	}
	for _, name := range slices.Sorted(maps.Keys(markets)) {
		if _, ok := p.markets[name]; !ok {
			faults.add("markets.%s: unknown", name)
		}
	}
	emerging := p.markets[marketEmerging]
	both := func(name string) bool {
		d := p.markets[marketDeveloped]
		return slices.Contains(d.countries, name) || slices.Contains(d.regions, name)
	}
	if slices.ContainsFunc(emerging.countries, both) || slices.ContainsFunc(emerging.regions, both) {
		faults.add("markets: a country or region is both developed and emerging")
	}
}
