package wording

import (
	"strings"

	"ballast.internal/ballast/internal/analysis"
)

// The topics of questions that rules answer: those that a caller may name, and
// those that are told from the text alone.
const (
	TopicWhy      = "why"
	TopicInaction = "inaction"
	TopicCost     = "cost"

	TopicTrades  = "trades"  // what is sold and bought
	TopicResult  = "result"  // what all steps lead to
	TopicTaxes   = "taxes"   // what the sales realise
	TopicLargest = "largest" // which holding is the largest
)

// Reply is an answer by rules and the facts that it speaks of.
type Reply struct {
	Text     string
	Evidence []string
}

// longestPlain is the length up to which a question is taken to be about no
// more than its topic, in characters.
const longestPlain = 60

// TopicOf finds what a short question is plainly about, or "". What asks for a
// reason asks for nothing else, whatever it names.
func (r *Renderer) TopicOf(question string) string {
	if len([]rune(question)) > longestPlain {
		return ""
	}
	question = plain(question)
	for _, group := range [][]string{{TopicWhy, TopicInaction, TopicCost}, {TopicTrades, TopicResult, TopicTaxes, TopicLargest}} {
		found := ""
		for _, topic := range group {
			if !r.asks(question, topic) {
				continue
			}
			if found != "" {
				return ""
			}
			found = topic
		}
		if found == TopicCost && r.asks(question, TopicTaxes) {
			return TopicTaxes
		}
		if found != "" {
			return found
		}
	}
	return ""
}

var (
	apostrophes = strings.NewReplacer("’", "'")
	stops       = strings.NewReplacer("?", " ", "!", " ", ".", " ", ",", " ", ";", " ", ":", " ")
)

// plain is a question in small letters, with blanks for its punctuation and at
// both ends.
func plain(question string) string {
	return " " + stops.Replace(apostrophes.Replace(strings.ToLower(question))) + " "
}

// asks tells whether a plain question has one of a topic's phrases, the parts of
// which stand in their order.
func (r *Renderer) asks(question, topic string) bool {
	for phrase := range strings.SplitSeq(r.Questions["asks."+topic], "|") {
		rest, found := question, true
		for part := range strings.SplitSeq(phrase, "+") {
			_, after, has := strings.Cut(rest, part)
			rest, found = after, found && has
		}
		if found {
			return true
		}
	}
	return false
}

// NotAsked says that the model would have to be asked, which it was not, or that
// nothing it said is fit to be told.
func (r *Renderer) NotAsked() Reply { return Reply{Text: r.Questions["not_asked"]} }

// NotInData says that the facts do not hold the answer.
func (r *Renderer) NotInData() Reply { return Reply{Text: r.Questions["not_in_data"]} }

// Reply answers by rules what is asked about some actions.
func (r *Renderer) Reply(topic string, actions []analysis.Action) Reply {
	if len(actions) == 0 {
		return Reply{Text: r.proposed()}
	}
	var out Reply
	var parts []string
	for _, a := range actions {
		if topic == TopicCost && len(actions) > 1 { // of which of them the rest does not tell
			parts = append(parts, fill(r.Patterns["step"], slots{"text": r.Title(a)}))
		}
		parts = append(parts, r.told(topic, a))
		if a.Trigger != "" {
			out.Evidence = append(out.Evidence, a.Trigger)
		}
	}
	if topic == TopicCost {
		parts = append(parts, r.Questions["fees_unknown"])
	}
	out.Text = r.Join(parts...)
	return out
}

func (r *Renderer) told(topic string, a analysis.Action) string {
	switch topic {
	case TopicInaction:
		return fill(r.Questions["inaction"], slots{"text": r.Reason(a)})
	case TopicCost:
		return r.Join(r.extent(a), r.tradeoff(a))
	}
	return r.Reason(a)
}
