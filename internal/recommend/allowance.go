package recommend

import (
	"math"
	"sync"
)

// The room an answer needs, in output tokens. A sentence of explanation takes
// about 30 tokens in English; other languages split into more tokens.
const (
	tokensForSummary = 140
	tokensPerAction  = 130
	tokensForReply   = 220
	maxOutputTokens  = 4096 // Claude 3 Haiku's own limit
)

// outputAllowance leaves room for the longest good answer. It is what is asked
// for until answers of the kind are known; see allowances.
func outputAllowance(actions int, language string) int {
	n := tokensForSummary + actions*tokensPerAction
	switch language {
	case "en":
	case "ja":
		n *= 2
	default:
		n = n * 3 / 2
	}
	return min(n, maxOutputTokens)
}

const (
	allowAbove     = 1.25 // of the longest answer of a kind
	allowAfter     = 20   // answers of a kind are known; twice as many each time one was cut
	allowAfterMost = 5120
	allowFrom      = 128 // the last answers at least, and at most twice as many
)

// allowances learn how much of outputAllowance answers of a kind take, because
// max_tokens is reserved in full and seldom used. It is a limit that Bedrock
// keeps, so that a wrong guess costs no money: it cuts an answer, of which the
// complete items are used, and the whole of the allowance counts again.
//
// The zero value knows nothing and is ready.
type allowances struct {
	mu    sync.Mutex
	kinds map[answerKind]*taken
}

// answerKind is what answers that take a like part of their allowance have in
// common. The number of actions is in the allowance.
type answerKind struct {
	question bool
	language string
}

// taken is what answers of a kind took, as parts of their allowance.
type taken struct {
	answers, enough int
	longest, before float64 // of the last answers, and of as many before them
}

func (j *job) kind() answerKind {
	return answerKind{j.question != "", j.style.Language}
}

// allow is the max_tokens of a request for which most would be enough.
func (a *allowances) allow(k answerKind, most int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.kinds[k]
	if t == nil || t.answers < t.enough {
		return most
	}
	return min(most, max(1, int(math.Ceil(allowAbove*max(t.longest, t.before)*float64(most)))))
}

// learn notes an answer to a request of so many max_tokens. It reports whether
// the answer was cut because less than most was asked for.
func (a *allowances) learn(k answerKind, most, asked int, ans ModelAnswer) (cut bool) {
	if ans.Usage == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.kinds[k]
	if t == nil {
		t = &taken{enough: allowAfter}
		if a.kinds == nil {
			a.kinds = map[answerKind]*taken{}
		}
		a.kinds[k] = t
	}
	if asked < most && ans.StopReason == stopMaxTokens {
		if t.answers >= t.enough { // and not by another call of the same time
			*t = taken{enough: min(2*t.enough, allowAfterMost)}
		}
		return true
	}
	t.note(float64(ans.Usage.OutputTokens) / float64(most))
	return false
}

func (t *taken) note(part float64) {
	if t.answers++; t.answers%allowFrom == 0 {
		t.before, t.longest = t.longest, 0
	}
	t.longest = max(t.longest, part)
}

// request is the prompt of one attempt. most is the max_tokens that is enough
// for any answer, which is asked for when an answer was of no use.
func (s *Service) request(j *job, again []string) (req ModelRequest, most int) {
	req = j.prompt(again)
	most = req.MaxTokens
	if len(again) == 0 {
		req.MaxTokens = s.allowances.allow(j.kind(), most)
	}
	return req, most
}
