package analysis

// impact gives, of the figures listed as pairs of code and subject, those that
// are facts of the analysis and that the last action moved: from what the
// actions before it left to what it leaves. Both come from the same measure.
func (p *plan) impact(before *model, codesAndSubjects []string) []Impact {
	moved := []Impact{}
	for i := 0; i+1 < len(codesAndSubjects); i += 2 {
		code, subject := codesAndSubjects[i], codesAndSubjects[i+1]
		fact, ok := p.facts.fact(code, subject)
		if !ok {
			continue
		}
		was, known := before.value(code, subject)
		is, still := p.now.value(code, subject)
		if known && still && was != is {
			moved = append(moved, Impact{Fact: fact.ID, Before: was, After: is})
		}
	}
	return moved
}
