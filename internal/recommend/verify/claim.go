package verify

import (
	"slices"
	"strings"
)

// A claim is what a sentence asserts of the field: a direction and what it is
// about, such as "-holding" for a smaller position. The words that make one are
// listed in data/claims/<language>.txt, and claimsOf says for each kind of action
// which claims code has computed. All others are faults, and so is a direction
// whose object cannot be told. See decision 56.
type claim string

// The directions of a claim.
const (
	up   = "+" // becomes more, or is to
	down = "-"
	high = "H" // is much
	low  = "L"
	keep = "=" // is to stay
)

var allDirections = []string{up, down, high, low, keep}

// claimsOf are the claims that code has computed for a kind of action, besides
// commonClaim and those of asset classes.
var claimsOf = map[string]string{
	"reduce_concentration": "-trade -holding Hholding Hrisk -risk +rest Hgain +tax -gain +spread +target",
	"raise_cash":           "-trade +cash Lcash -holding +spread +target",
	"pay_down_debt":        "-debt Hdebt -interest Hinterest -cost Hcost -cash =cash",
	"lower_risk":           "-trade +trade -risk Hrisk -holding +spread +target",
	"rebalance":            "-trade +trade +spread +target",
	"deploy_cash":          "+trade -cash Hcash +equity +fixed_income +spread +target",
	"replace_costly_fund":  "-trade -product -cost Hcost -holding -gain =risk =spread",
	"harvest_losses":       "-trade -tax Hloss -holding -loss -gain =spread =risk",
}

// commonClaim holds for every kind.
const commonClaim = up + objectRoom

// contrary are the claims that an action's own text must not make although the
// asset classes would allow them.
var contrary = map[string]string{
	"raise_cash": "-cash Hcash +equity +fixed_income", "deploy_cash": "+cash Lcash -risk", "pay_down_debt": "+cash +equity +fixed_income",
	SideOffTarget: "+target",
}

// kindObject is what the reason of a kind of action is a figure of.
var kindObject = map[string]string{
	"reduce_concentration": objectHolding, "raise_cash": objectCash, "pay_down_debt": objectDebt, "lower_risk": objectRisk,
	"rebalance": objectGap, "deploy_cash": objectCash, "replace_costly_fund": "cost", "harvest_losses": objectLoss,
}

// ground is what may be claimed in one text.
type ground struct {
	claims  map[claim]bool
	sides   []string        // of statements
	topics  map[string]bool // what may be spoken of; see topicsOf
	figures []string        // what its figures may be of
}

// newGround gathers the claims that sides allow, nil when they name neither a kind
// of action nor a summary, which without any action is of a portfolio for which
// nothing is proposed.
func newGround(sides []string) *ground {
	g := &ground{claims: map[claim]bool{}, sides: sides, topics: map[string]bool{}}
	for _, side := range sides {
		kind := strings.TrimPrefix(side, SideAbout)
		g.speakOf(topicsOf[kind])
		if list, ok := claimsOf[kind]; ok {
			g.allow(list)
			g.figures = append(g.figures, kindObject[kind])
		}
	}
	summary := slices.Contains(sides, SideSummary)
	if g.idle() && !summary {
		return nil
	}
	if !g.idle() {
		g.allow(commonClaim)
	}
	if summary && (slices.Contains(sides, SideReserve) || slices.Contains(sides, SideFound+"emergency_fund")) {
		g.speakOf(sortReserve)
	}
	if summary && slices.Contains(sides, SideFound+"issuer_concentration") || g.spendsSale() {
		g.speakOf(sortIssuer)
	}
	g.allowClasses()
	g.allowOutlook()
	for _, side := range sides {
		for c := range strings.FieldsSeq(contrary[side]) {
			delete(g.claims, claim(c))
		}
	}
	return g
}

// idle reports whether no action is proposed.
func (g *ground) idle() bool { return g.figures == nil }

// offTarget are the kinds of action by which something is away from a limit or
// target, besides the sides of the asset classes.
var offTarget = []string{"reduce_concentration", "raise_cash", "lower_risk", "rebalance", "deploy_cash"}

// onTarget reports whether nothing that code found stands against being close to
// the target.
func onTarget(sides []string) bool {
	return !slices.ContainsFunc(sides, func(side string) bool {
		return strings.HasPrefix(side, SideOver) || strings.HasPrefix(side, SideUnder) || slices.Contains(offTarget, strings.TrimPrefix(side, SideAbout))
	})
}

func (g *ground) allow(list string) {
	for c := range strings.FieldsSeq(list) {
		g.claims[claim(c)] = true
	}
}

// allowClasses allows what is true of the classes above or below their target.
func (g *ground) allowClasses() {
	for _, side := range g.sides {
		if class, ok := strings.CutPrefix(side, SideOver); ok {
			g.allowClass(class, high, down)
		}
		if class, ok := strings.CutPrefix(side, SideUnder); ok {
			g.allowClass(class, low, up)
		}
		if class, ok := strings.CutPrefix(side, SideSells); ok {
			g.speakOf(class)
			g.allow(down + class)
		}
	}
}

// allowClass allows what is true of a class above or below its target.
func (g *ground) allowClass(class string, directions ...string) {
	if g.topics[topicClasses] {
		g.topics[class] = true
	}
	for _, d := range directions {
		g.claims[claim(d+class)] = true
	}
}

// allowOutlook allows what depends on which way things go: fewer equities are
// less risk, a figure stands above its limit or below it, and where nothing is away
// from its target that is kept.
func (g *ground) allowOutlook() {
	if slices.Contains(g.sides, SideOver+"equity") {
		g.allow("-risk Hrisk")
	}
	if slices.Contains(g.figures, objectGap) {
		g.allow("Htarget Ltarget")
	}
	if slices.Contains(g.sides, SideLopsided) {
		g.claims[high+objectOneClass] = true
		g.claims[down+objectOneClass] = g.topics[sortMix]
	}
	for _, object := range g.figures {
		for _, d := range [...]string{up, down, high, low} {
			if g.claims[claim(d+object)] {
				g.claims[claim(d+objectTarget)] = true
			}
		}
	}
	if g.spendsSale() {
		g.allow("-holding Hholding")
	}
	if slices.Contains(g.sides, SideFound+"emergency_fund") && (g.claims["-debt"] || slices.Contains(g.sides, SideSummary)) {
		g.allow("Lcash") // which a repayment has to spare, and a sale may fill
	}
	if onTarget(g.sides) {
		g.allow("=target")
	} else {
		g.allow("-gap Hgap")
	}
}

// spendsSale reports whether the cash that is to be invested is what a sale is to bring.
func (g *ground) spendsSale() bool {
	return slices.Contains(g.sides, "deploy_cash") && !slices.Contains(g.sides, SideOver+objectCash)
}

// holds reports whether a direction may be claimed of one of the objects.
func (g *ground) holds(direction string, objects ...string) bool {
	return slices.ContainsFunc(objects, func(o string) bool { return o == objectNeutral || g.claims[claim(direction+o)] })
}
