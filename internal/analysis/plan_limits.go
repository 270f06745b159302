package analysis

import "slices"

// drifts are the findings about the distance from the target; see warnOfDrift.
var drifts = []string{FindingClassDrift, FindingPortfolioDrift}

// warnOfLimits has the actions that take a figure out of a limit that held in the
// caller's portfolio say so, with the figure where there is one of it, where those
// after them do not bring it back: the next analysis will find it.
func (p *plan) warnOfLimits() {
	if p.now == p.facts || !p.now.val.Total.IsPositive() { // of nothing there are no shares
		return
	}
	for r, subject := range p.now.exposures() {
		if slices.Contains(drifts, r.finding) {
			continue
		}
		if _, broken := p.now.strained(r, subject); !broken {
			continue
		}
		if _, before := p.facts.strained(r, subject); !before {
			p.warnOf(r, subject)
		}
	}
}

// warnOf warns of a figure that the plan leaves out of its limit, at the last action
// that has found it within.
func (p *plan) warnOf(r *rule, subject string) {
	after := p.now
	for i, before := range slices.Backward(p.befores) {
		if _, broken := before.strained(r, subject); !broken {
			p.actions[i].warn(CaveatBeyondLimit, p.moved(before, after, r.fact, subject))
			p.goals = append(p.goals, r.fact, subject)
			return
		}
		after = before
	}
}
