package portfolio

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// NameKey is equal for the spellings of one sector or region, which differ in
// case, white space or underscores, and is how this service's own are written:
// information_technology for "Information Technology".
func NameKey(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(name), "_", " ")), "_")
}

// spellings collects how one sort of names is spelt.
type spellings struct {
	keys map[string]string // by spelling
	best map[string]string // by key: the last in the alphabet, where lower case comes last
	fine bool              // nobody spells otherwise
}

// newSpellings begins with names that have a meaning and must be met as they are.
func newSpellings(known ...string) *spellings {
	s := &spellings{keys: map[string]string{}, best: map[string]string{"": ""}, fine: true}
	for _, name := range known {
		s.keys[name], s.best[name] = name, name
	}
	return s
}

func (s *spellings) meet(name string) {
	if _, met := s.keys[name]; met || name == "" {
		return
	}
	key := NameKey(name)
	s.keys[name], s.best[key] = key, max(s.best[key], strings.Join(strings.Fields(name), " "))
	s.fine = s.fine && name == key
}

func (s *spellings) meetShares(told map[string]decimal.Decimal) {
	for name := range told {
		s.meet(name)
		s.fine = s.fine && name != ""
	}
}

func (s *spellings) of(name string) string { return s.best[s.keys[name]] }

// shares are shares by name, with those of one name added up. What is under no
// name is left out: the rest of a whole is unclassified.
func (s *spellings) shares(told map[string]decimal.Decimal) map[string]decimal.Decimal {
	if told == nil {
		return nil
	}
	sums := make(map[string]decimal.Decimal, len(told))
	for name, share := range told {
		if name = s.of(name); name != "" {
			sums[name] = sums[name].Add(share)
		}
	}
	return sums
}

// unifyNames spells every sector and region in one way.
func unifyNames(all []*Instrument) {
	sectors := newSpellings(string(ClassCash), string(ClassUnclassified))
	regions := newSpellings(slices.AppendSeq([]string{string(ClassCash), string(ClassUnclassified)}, maps.Keys(countriesByRegion))...)
	for _, i := range all {
		e := cmp.Or(i.Exposures, &Exposures{})
		sectors.meet(i.Sector)
		regions.meet(i.Region)
		sectors.meetShares(e.Sectors)
		regions.meetShares(e.Regions)
	}
	if sectors.fine && regions.fine {
		return
	}
	for _, i := range all {
		i.Sector, i.Region = sectors.of(i.Sector), regions.of(i.Region)
		if e := i.Exposures; e != nil {
			told := *e
			told.Sectors, told.Regions = sectors.shares(e.Sectors), regions.shares(e.Regions)
			i.Exposures = &told
		}
	}
}
