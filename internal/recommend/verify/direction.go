package verify

// againstAny is the section of what contradicts every kind of action.
const againstAny = sectionAgainst + "any"

// checkDirection looks for words against an action of a kind. Direction is the
// code's to decide: the lexicon lists, for each kind, what a text that explains
// it has no reason to say. Without a kind there is no direction.
func (lx *lexicon) checkDirection(p *prepared, kind string, f findings) {
	if kind == "" {
		return
	}
	for _, section := range [...]string{againstAny, sectionAgainst + kind} {
		if lx.script != nil {
			text := lx.script.allowed.ReplaceAllString(p.text, string(blank))
			f.addIf(lx.script.holds(lx.script.rules[section], text, true), ReasonInverted)
		} else if x := lx.sections[section]; x != nil {
			f.addIf(lx.holds(x, p.tokens, lx, lx.excused(p.tokens, lx), true), ReasonInverted)
		}
	}
}
