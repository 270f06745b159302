package recommend

import (
	"slices"
	"strings"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend/verify"
)

// gainCodes are the facts whose sign says whether a holding stands above what
// was paid for it.
var gainCodes = []string{
	analysis.FactUnrealisedGain, analysis.FactUnrealisedReturn, analysis.FactUnrealisedShort, analysis.FactUnrealisedLong,
}

// sides returns what the text about an action must not speak against.
func (b *brief) sides(a briefAction) []string {
	return append([]string{a.Kind}, b.gainSide(func(f briefFact) bool { return slices.Contains(a.Facts, f.ID) })...)
}

// summarySides returns what the summary must not speak against.
func (b *brief) summarySides() []string {
	if len(b.Actions) == 0 {
		return nil
	}
	return append([]string{verify.SideSummary}, b.gainSide(func(briefFact) bool { return true })...)
}

// gainSide is the side of the gains among the facts when they are all of one
// sign, and none when there are both or neither.
func (b *brief) gainSide(about func(briefFact) bool) []string {
	var gain, loss bool
	for _, f := range b.Facts {
		switch {
		case !about(f):
		case f.Code == analysis.FactHarvestableLoss: // of some lots, whatever the rest of the holding is worth
			loss = true
		case slices.Contains(gainCodes, f.Code):
			negative := strings.HasPrefix(f.Value, "-")
			gain, loss = gain || !negative, loss || negative
		}
	}
	switch {
	case gain && !loss:
		return []string{verify.SideGain}
	case loss && !gain:
		return []string{verify.SideLoss}
	}
	return nil
}
