package analysis

import "strconv"

// dropMoot leaves out the reductions that move nothing of single names which the rest of
// the plan brings within the line: "not possible" would be told beside their sale.
func (p *plan) dropMoot() {
	ids := make(map[string]string, len(p.actions))
	var actions []Action
	var befores []*model
	for i, a := range p.actions {
		if p.moot(&a) {
			continue
		}
		was := a.ID
		a.ID = "A" + strconv.Itoa(len(actions)+1)
		ids[was] = a.ID
		for k, id := range a.DependsOn {
			a.DependsOn[k] = ids[id] // what moves something is never left out
		}
		actions, befores = append(actions, a), append(befores, p.befores[i])
	}
	p.actions, p.befores = actions, befores
}

func (p *plan) moot(a *Action) bool {
	if a.Kind != ActionReduceConcentration || a.Moves() {
		return false
	}
	weight := p.now.weight(p.now.singleIssuers().value(a.Subject))
	return !crosses(p.facts.policy.Line(lineConcentrated), weight, p.facts.limit(lineConcentrated), above)
}
