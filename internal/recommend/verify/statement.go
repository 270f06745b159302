package verify

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// A statement is a phrase that says something which code may have found of this
// investor or portfolio: "a growth objective", "dependent on a single issuer".
// data/statements/<language>.txt lists them under the side that has to be there
// for it to be true.
type statement struct {
	side     string
	sentence int
}

const tagStatement = "statement"

// The sides that only statements need.
const (
	// SideObjective, SideLevel and SideLiquidity are followed by what the profile
	// says: an objective, the effective level of risk, the needs of liquidity.
	SideObjective = "objective "
	SideLevel     = "level "
	SideLiquidity = "liquidity "

	SideFound    = "found "    // and the code of a finding
	SideProposed = "proposed " // and the kind of an action, whose statement is a deed
	SideFar      = "far "      // before SideOver or SideUnder: outside of the band
	SideNear     = "near "     // and an asset class within its band
	SideMostly   = "mostly "   // and the asset class of more than half of the portfolio
	SideNone     = "none "     // and an asset class of which the portfolio holds nothing
	SideLargest  = "largest "  // and what the only holding spoken of is the largest of: LargestHolding, LargestIssuer
	// SideOffTarget: what is done leads away from the target, or aims at another.
	SideOffTarget = "off target"
	SideOnTarget  = "on target" // no asset class is outside of its band
	SideClose     = "close"     // the portfolio as a whole is not, though a class may be
	// SideBarelyOver and SideBarelyUnder: hardly beyond a limit, or hardly off a target.
	SideBarelyOver  = "barely over"
	SideBarelyUnder = "barely under"
	SideForemost    = "foremost"       // the action is of the highest severity, or none stands before it
	SideReserve     = "enough reserve" // the emergency fund covers the months that it has to
	// SideLopsided: more than half of the portfolio is in one asset class far above its target.
	SideLopsided = "lopsided"
)

// What is said of any asset class alike is listed once: the phrases of a section such as
// "each mostly" hold {class}, for which each name of the section "names equity" stands to
// make one of "mostly equity".
const (
	sectionEach  = "each "
	sectionNames = "names "
	classWord    = "{class}"
)

// ofEachClass puts the names of the asset classes into the phrases that are of any.
func ofEachClass(sections map[string][]string) map[string][]string {
	all := map[string][]string{}
	for section, phrases := range sections {
		side, each := strings.CutPrefix(section, sectionEach)
		switch {
		case strings.HasPrefix(section, sectionNames):
		case !each:
			all[section] = append(all[section], phrases...)
		default:
			for of, names := range sections {
				if class, ok := strings.CutPrefix(of, sectionNames); ok {
					all[side+" "+class] = append(all[side+" "+class], named(phrases, names)...)
				}
			}
		}
	}
	return all
}

func named(phrases, names []string) (all []string) {
	for _, p := range phrases {
		for _, name := range names {
			all = append(all, strings.ReplaceAll(p, classWord, name))
		}
	}
	return all
}

// What SideLargest is followed by.
const (
	LargestHolding = "holding" // no instrument of the portfolio is worth more
	LargestIssuer  = "issuer"  // no single issuer, so that a fund may be
)

// addStatements reads a language's.
func (cl *claimList) addStatements(language string) {
	sections := ofEachClass(parseLexicon(readData(path.Join("statements", language+".txt"))))
	for _, side := range slices.Sorted(maps.Keys(sections)) {
		for _, e := range sections[side] {
			for _, text := range cl.spelled(e) {
				cl.add(text, meaning{tag: tagStatement, object: side})
			}
		}
	}
}

// spelled are the texts that a phrase of Japanese stands for, which has no blanks,
// and elsewhere the phrase.
func (cl *claimList) spelled(phrase string) []string {
	if cl.script == nil {
		return []string{phrase}
	}
	texts := []string{""}
	for field := range strings.FieldsSeq(phrase) {
		var longer []string
		for _, text := range texts {
			for alternative := range strings.SplitSeq(field, "|") {
				longer = append(longer, text+alternative)
			}
		}
		texts = longer
	}
	return texts
}

// ofProfile begin the sides of which a statement is a fault without its side: what
// the investor is and wants is known, and what is the most of the portfolio. Of what was found there are other ways to
// speak, so that a phrase is then read like any other words.
var ofProfile = []string{SideMostly, SideNone, SideLargest, SideLevel, SideObjective, SideLiquidity, SideCautious, SideBalanced, SideBold, SideLongHorizon, SideShortHorizon, SideBarelyOver, SideBarelyUnder, SideForemost}

// reads reports whether a phrase with this meaning is looked at.
func (g *ground) reads(m meaning) bool {
	if m.tag == tagFrame {
		return g.frames(m.sort)
	}
	return m.tag != tagStatement || g != nil && slices.Contains(g.sides, m.object) ||
		slices.ContainsFunc(ofProfile, func(side string) bool { return strings.HasPrefix(m.object, side) })
}

// stated reports whether something is stated in a sentence, and whether of any of
// it the side is missing.
func (g *ground) stated(said []statement, sentence int) (fault, claims bool) {
	for _, s := range said {
		if s.sentence == sentence {
			fault, claims = fault || !slices.Contains(g.sides, s.side), true
		}
	}
	return fault, claims
}
