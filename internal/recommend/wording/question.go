package wording

import (
	"strings"

	"ballast.internal/ballast/internal/analysis"
)

// The topics of questions that rules answer.
const (
	TopicWhy      = "why"
	TopicInaction = "inaction"
	TopicCost     = "cost"
)

// Reply is an answer by rules and the facts that it speaks of.
type Reply struct {
	Text     string
	Evidence []string
}

// longestPlain is the length up to which a question is taken to be about no
// more than its topic, in characters.
const longestPlain = 60

// TopicOf finds what a short question is plainly about, or "".
func (r *Renderer) TopicOf(question string) string {
	question = strings.ToLower(strings.ReplaceAll(question, "’", "'"))
	if len([]rune(question)) > longestPlain {
		return ""
	}
	found := ""
	for _, topic := range []string{TopicWhy, TopicInaction, TopicCost} {
		for phrase := range strings.SplitSeq(r.Questions["asks."+topic], "|") {
			if !strings.Contains(question, phrase) {
				continue
			}
			if found != "" && found != topic {
				return ""
			}
			found = topic
		}
	}
	return found
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
