package verify

import (
	"slices"
	"strings"
)

// mark is a word or phrase of data/claims in a text.
type mark struct {
	meaning
	placed    bool   // the object is a placeholder
	of        string // an asset class that the figure is of, or the pronoun of a verb
	whose     string // an asset class that a share may be of, by what was said before
	level     bool   // a figure of the risk level that fits the investor
	held      bool   // a figure of one holding
	unheld    bool   // a figure that is not of one holding
	measure   string // what a figure tells; see Measured
	stands    string // where a class is stated to stand: high or low
	predicate bool   // a word of section "is" stands between it and the mark before
	stated    bool   // a word of section "is" stands right before it, or an adverb between
	clitic    bool   // the word has a pronoun of its own: reducirla, la réduire, reduzi-la
	japanese  bool
	joined    bool // a word of section "and" stands between it and the mark before, or a comma
	instead   bool // a word of section "instead" stands before it: with bonds
	heads     bool // a word of section "heads" ends it: moving towards
	compound  bool // Japanese: a noun stands before it without a particle
	at, end   int  // its first token, and the one after it
	sentence  int
	clause    int
	part      int // that of its first token
}

// What a word is in data/claims: a direction, one of the things below, or the
// object of a claim.
const (
	tagFrame   = "frame"   // says nothing that the other sections would make of it
	tagUp      = "up"      // to raise
	tagDown    = "down"    // to lower
	tagRises   = "rises"   // becomes more by itself, or the same as up where an object follows
	tagFalls   = "falls"   // the same of less
	tagMore    = "more"    // larger, higher: what a comparison begins with
	tagLess    = "less"    // smaller, lower
	tagHigh    = "high"    // large, above
	tagLow     = "low"     // small, below
	tagKeep    = "keep"    // to hold, to leave
	tagStay    = "stay"    // to keep the mix, as a phrase
	tagSell    = "sell"    // a trade, of what stands beside it
	tagBuy     = "buy"     // the same
	tagRepay   = "repay"   // the same, of a debt
	tagCostly  = "costly"  // of cost, whatever stands beside it, as are the next two
	tagCheap   = "cheap"   //
	tagCheaper = "cheaper" //
	tagRisky   = "risky"   // of risk
	tagLarge   = "large"   // the largest position, as a phrase
	tagMove    = "move"    // from one asset class to another
	tagFrom    = "from"    //
	tagTo      = "to"      //
	tagFunds   = "funds"   // from, of money that something is done with; see fund
	tagGood    = "good"    // stable, balanced: as a purpose alone
	tagWise    = "wise"    // sensible, appropriate: as a purpose, or of what is done
	tagMade    = "made"    // makes it steadier, as a phrase: of what is done, which stands before it
	tagServe   = "serve"   // suits, is in line with: what is done, which stands before it
	tagToward  = "toward"  // that it is a purpose: to bring, closer
	tagGive    = "give"    // to raise, and a purpose: to provide, to offer
	tagAct     = "act"     // the action itself: rebalancing, this step
	tagLimit   = "limit"   // "than the limit": more of something is much of it
	tagThan    = "than"    // compares with anything else
	tagThat    = "that"    // the same right after a comparative alone: que, che
	tagNever   = "never"   // absolutes and outcomes
	tagDeny    = "deny"    // a negation, which only a frame may hold
	tagCaveat  = "caveat"  // what holds of any portfolio, as a phrase: prices may fall
	tagOff     = "off"     // is away from its target, as a statement
	tagLost    = "lost"    // below what was paid, as a phrase

	tagObject = "object " // and what it is
	classMark = "class "  // and an asset class, which is an object

	sortMark  = " on " // after a tag or object, and its sort; see topic.go
	groupMark = " in " // after a frame, and the groups of actions whose texts may hold it

	itselfMark = " of itself" // after a direction; see meaning.itself
	backMark   = " back"      // after the pronoun; see meaning.back
	fitMark    = " fit"       // after praise; see meaning.fit
)

// wholeTags are the tags of which the entries are phrases with commas between them.
var wholeTags = []string{tagFrame, tagLimit, tagCaveat}

var claimTags = []string{
	tagFrame, tagUp, tagDown, tagRises, tagFalls, tagMore, tagLess, tagHigh, tagLow, tagKeep, tagStay, tagSell, tagBuy, tagRepay, tagCostly, tagCheap, tagCheaper,
	tagRisky, tagLarge, tagMove, tagFrom, tagTo, tagFunds, tagGood, tagWise, tagMade, tagServe, tagToward, tagGive, tagAct, tagLimit, tagThan, tagThat, tagNever, tagDeny, tagCaveat, tagLost,
}

// The objects that are not what they are called.
const (
	objectShare   = "share"   // of what stands beside it, else of the holding
	objectNeutral = "neutral" // anything may be said of it: priority, attention
	objectHolding = "holding"
	objectFigure  = "figure"  // a fact of the action
	objectPronoun = "pronoun" // the same, where it directly follows
	objectTrade   = "trade"   // what is bought or sold, when nothing else is told
	objectTarget  = "target"
	objectGap     = "gap"
	objectMoney   = "money" // the portfolio
	objectCash    = "cash"  // an asset class as well
	objectRisk    = "risk"
	objectDebt    = "debt"
	objectGain    = "gain"
	objectOutlay  = "outlay" // what is paid or taken out: spending, withdrawals
	objectLoss    = "loss"
	objectSpread  = "spread"  // stability, balance: what something done is for
	objectProduct = "product" // what costs less than another: a fund, not a loan
	objectRoom    = "room"    // leeway, comfort: the same, of whatever is done

	objectOneClass = "one class" // an asset class that most of the portfolio is in, by no name
)

// How many words may part what belongs together: a direction and its own object,
// and a word of praise and the one that makes it a purpose.
const (
	besideWords = 3
	nearWords   = 4
)

// apart is how many words stand between two marks.
func apart(a, b mark) int { return max(a.at-b.end, b.at-a.end) }

// near reports whether a mark of one of the tags stands near marks[i] in its clause.
func near(marks []mark, i int, tags ...string) bool {
	return slices.ContainsFunc(marks, func(m mark) bool {
		return m.clause == marks[i].clause && apart(m, marks[i]) <= nearWords && slices.Contains(tags, m.tag)
	})
}

// beforeInClause are the marks of its clause that stand before marks[i].
func beforeInClause(marks []mark, i int) []mark {
	start := i
	for start > 0 && marks[start-1].clause == marks[i].clause {
		start--
	}
	return marks[start:i]
}

// beside returns the mark next to marks[i] on one side, if at most reach words
// part them and they stand in one clause.
func beside(marks []mark, i, step, reach int) (mark, bool) {
	j := i + step
	if j < 0 || j >= len(marks) || marks[j].clause != marks[i].clause || apart(marks[i], marks[j]) > reach {
		return mark{}, false
	}
	return marks[j], true
}

// objectAt is the index of the object next to marks[i] on one side of it, or -1.
// Cash that something is done with is none: "increased with spare cash".
func objectAt(marks []mark, i, step int, within func(mark) bool) int {
	for j := i + step; j >= 0 && j < len(marks) && within(marks[j]); j += step {
		if marks[j].tag == tagObject && marks[j].object != objectPronoun && !(marks[j].instead && marks[j].isCash()) {
			return j
		}
	}
	return -1
}

// owner is the object whose own the object marks[j] is, when both stand before
// what is said of them: "the fees of {H1} are high". Otherwise it is -1.
func owner(marks []mark, j int) int {
	for k := j - 1; k >= 0 && marks[k].clause == marks[j].clause && apart(marks[k], marks[j]) <= besideWords; k-- {
		switch marks[k].tag {
		case tagObject:
			if marks[k].isBlessing() {
				return -1
			}
			return k
		case tagFrom, tagTo, tagFunds:
		default:
			return -1
		}
	}
	return -1
}

// classBeside is the asset class of which marks[i] speaks: the last one before it
// in its clause, else one soon after it.
func classBeside(marks []mark, i int) (class string, ok bool) {
	for j := i - 1; j >= 0 && marks[j].clause == marks[i].clause; j-- {
		if marks[j].isClass() {
			return marks[j].object, true
		}
	}
	for j := i + 1; j < len(marks) && marks[j].clause == marks[i].clause && apart(marks[i], marks[j]) <= nearWords; j++ {
		if marks[j].isClass() {
			return marks[j].object, true
		}
	}
	return "", false
}

// told reports whether it is known what a figure is of.
func (m mark) told() bool { return m.of != "" || m.held || m.unheld }

func (m mark) isClass() bool { return m.class || m.isCash() }

// isBlessing reports whether m is what something done is for.
func (m mark) isBlessing() bool { return m.object == objectSpread || m.object == objectRoom }

func (m mark) isCash() bool { return m.object == objectCash }

// isSaid reports whether m is one of the marks that are judged together. A
// statement is judged by itself, and noted: of something proposed it is a deed, and
// of an asset class that class.
func (m *mark) isSaid(p *prepared) bool {
	switch m.tag {
	case "", tagFrame:
		return false
	case tagStatement:
		p.said = append(p.said, statement{m.object, m.sentence})
		class, stands := standing(m.object)
		switch {
		case strings.HasPrefix(m.object, SideProposed):
			m.meaning = meaning{tag: tagAct}
		case strings.HasPrefix(m.object, SideLargest):
			m.meaning = meaning{tag: tagLarge}
		case m.object == SideFound+"class_out_of_band":
			m.meaning = meaning{tag: tagOff}
		case m.object == SideBarelyOver:
			m.meaning = meaning{tag: tagHigh}
		case m.object == SideBarelyUnder:
			m.meaning = meaning{tag: tagLow}
		case class != "":
			m.meaning, m.stands = meaning{tag: tagObject, object: class, class: true}, stands
		default:
			return false
		}
	}
	return true
}

// standing is the asset class that a side is of, "" for none, and where it stands.
func standing(side string) (class, stands string) {
	side = strings.TrimPrefix(side, SideFar)
	if class, ok := strings.CutPrefix(side, SideOver); ok {
		return class, high
	}
	if class, ok := strings.CutPrefix(side, SideUnder); ok {
		return class, low
	}
	switch strings.TrimPrefix(side, SideFound) {
	case "excess_cash":
		return objectCash, high
	case "emergency_fund":
		return objectCash, low
	}
	return "", ""
}
