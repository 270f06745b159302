package verify

import "slices"

// The sides that are no kinds of action: what the figures and the profile say.
const (
	SideCautious     = "cautious" // the investor's risk level
	SideBalanced     = "balanced"
	SideBold         = "bold"
	SideLongHorizon  = "long horizon"
	SideShortHorizon = "short horizon"

	SideGain = "gain" // the holdings spoken of are worth more than was paid
	SideLoss = "loss" // they are worth less
	// SideOver and SideUnder and an asset class: where it stands to its target.
	SideOver  = "over "
	SideUnder = "under "

	SideSells = "sells " // and an asset class of what the reserve is filled from

	SideRationale = "rationale" // an action that code found needed: as things are, they are not well

	// SideAbout and a kind of action: a summary speaks of that kind among others.
	SideAbout = "about "

	SideSummary = "summary" // all actions together, of which none is to do nothing
)

// sideAny is that of what contradicts every side.
const sideAny = "any"

// checkDirection looks for words against the sides. Direction is the code's to
// decide: the lexicon lists, for each side, what a text has no reason to say.
// Without a side there is no direction.
func (lx *lexicon) checkDirection(p *prepared, sides []string, f findings) {
	if lx.script != nil {
		text := lx.script.allowed.ReplaceAllString(p.text, string(blank))
		for _, side := range contested(sides) {
			f.addIf(lx.script.holds(lx.script.rules[sectionAgainst+side], text, true), ReasonInverted)
		}
		return
	}
	lx.eachAgainst(sides, p.tokens, func(string, *phrase) { f[ReasonInverted] = true })
}

// contested are the sides that may each have a section against them, and that of any. Of
// cash above its target nothing is contested where a reserve that is short is to grow.
func contested(sides []string) []string {
	if len(sides) == 0 {
		return nil
	}
	all := slices.Concat([]string{sideAny}, sides)
	if slices.Contains(sides, "raise_cash") {
		all = slices.DeleteFunc(all, func(side string) bool { return side == SideOver+objectCash })
	}
	return all
}

// eachAgainst calls found with each phrase of a text against sides and its section.
func (lx *lexicon) eachAgainst(sides []string, tokens []token, found func(section string, ph *phrase)) {
	if len(sides) == 0 {
		return
	}
	excused := lx.excused(tokens, lx)
	for _, side := range contested(sides) {
		if x := lx.sections[sectionAgainst+side]; x != nil { // the key stays on the stack: most sides have none
			lx.held(x, tokens, lx, excused, func(ph *phrase) { found(sectionAgainst+side, ph) })
		}
	}
}
