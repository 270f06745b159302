package verify

import (
	"slices"
	"strings"
)

// topicsOf are the things that a text about a kind of action may speak of. No figure
// of the others is told with that action, so that whatever is said of them is not
// computed: "the mix is {F1} because of the fees of the funds". See decision 93.
var topicsOf = map[string]string{
	"reduce_concentration": "equity money issuer gain tax",
	"raise_cash":           "equity cash money reserve cost outlay",
	"pay_down_debt":        "cash money reserve debt interest cost gain outlay",
	"lower_risk":           "mix equity fixed_income cash money gain",
	"rebalance":            "mix equity fixed_income cash money gain",
	"deploy_cash":          "mix equity fixed_income cash money reserve gain",
	"replace_costly_fund":  "gain cost outlay",
	"harvest_losses":       "money gain loss tax",
	SideSummary:            "equity fixed_income cash money cost",
}

// topicMoney is cash by another name than that of the class. A portfolio is money as
// well, but nobody's topic.
const topicMoney = "money"

// The sorts of objects and actions. The first three are topics of their own.
const (
	sortMix     = "mix"     // the action that changes the mix: rebalancing
	sortReserve = "reserve" // cash that is set aside: a cushion
	sortIssuer  = "issuer"  // a holding as what one issuer is behind: a company
	sortIncome  = "income"  // of gains: what is earned elsewhere
	sortWorth   = "worth"   // of gains: what all is worth

	sortExposure = "exposure" // of risks: what there is too much of, or too little; see exposedTo

	sortRealising = "realising" // of actions: what a loss may be told of, and no gain
	sortPart      = "part"      // the same of part of it, which a gain may be told of
)

var ownTopics = []string{sortMix, sortReserve, sortIssuer, objectOutlay}

// topicObjects are the objects that are a topic besides cash and the asset classes.
var topicObjects = []string{objectDebt, objectGain, objectLoss, objectOutlay, "interest", "cost", "tax"}

// topic is what a mark speaks of, "" for what any text may.
func (m mark) topic() string {
	switch {
	case m.placed:
		return ""
	case slices.Contains(ownTopics, m.sort):
		return m.sort
	case m.tag == tagRepay:
		return objectDebt
	case m.isCash() && !m.class:
		return topicMoney
	case m.class || slices.Contains(topicObjects, m.object):
		return m.object
	}
	return ""
}

// topicClasses is the topic of the texts that may speak of any class that is off its
// target.
const topicClasses = "fixed_income"

// speakOf lets a text speak of topics, with blanks between.
func (g *ground) speakOf(topics string) {
	for topic := range strings.FieldsSeq(topics) {
		g.topics[topic] = true
	}
}

// strange reports whether a text speaks with m of what it is told nothing of.
func (g *ground) strange(m mark) bool {
	topic := m.topic()
	return topic != "" && !g.topics[topic]
}

// groupOf are the groups that a frame may be told for: what holds of a reserve, "without
// having to sell", is a false reason for any other action.
var groupOf = map[string]string{
	"reduce_concentration": "mix",
	"lower_risk":           "mix",
	"rebalance":            "mix",
	"deploy_cash":          "mix",
	"raise_cash":           "reserve",
	"pay_down_debt":        "debt",
	"replace_costly_fund":  "funds",
	"harvest_losses":       "funds",
}

// frames reports whether a text may hold a frame of some groups, "" for all.
func (g *ground) frames(groups string) bool {
	return groups == "" || g == nil || slices.ContainsFunc(g.sides, func(side string) bool {
		group := groupOf[strings.TrimPrefix(side, SideAbout)]
		return group != "" && slices.Contains(strings.Fields(groups), group)
	})
}
