package analysis

import "slices"

// impact gives, of the figures listed as pairs of code and subject, those that
// are facts of the analysis and that the last action moved: from what the
// actions before it left to what it leaves. Both come from the same measure.
func (p *plan) impact(before *model, codesAndSubjects []string) []Impact {
	return p.moved(before, p.now, codesAndSubjects...)
}

// moved is impact of the action that leads from one portfolio to another.
func (p *plan) moved(before, after *model, codesAndSubjects ...string) []Impact {
	list := []Impact{}
	for i := 0; i+1 < len(codesAndSubjects); i += 2 {
		code, subject := codesAndSubjects[i], codesAndSubjects[i+1]
		fact, ok := p.facts.fact(code, subject)
		if !ok {
			continue
		}
		was, known := before.value(code, subject)
		is, still := after.value(code, subject)
		if known && still && was != is {
			list = append(list, Impact{Fact: fact.ID, Before: was, After: is})
		}
	}
	return list
}

// totalImpact gives every fact that an action was meant to move, in the order of
// the actions, and then the shares of classes and issuers and the drift, which all
// of them move: from the caller's portfolio to what the last action leaves.
func (p *plan) totalImpact() []Impact {
	goals := slices.Clone(p.goals)
	for _, code := range [...]string{FactPortfolioDrift, FactClassWeight, FactIssuerWeight} {
		for i := range p.facts.factsOf(code) {
			goals = append(goals, code, p.facts.factsOf(code)[i].Subject)
		}
	}
	var pairs []string
	seen := make(map[[2]string]bool)
	for i := 0; i+1 < len(goals); i += 2 {
		pair := [2]string{goals[i], goals[i+1]}
		if !seen[pair] {
			pairs = append(pairs, pair[:]...)
		}
		seen[pair] = true
	}
	return p.impact(p.facts, pairs)
}
