package emulator

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// invoke answers InvokeModel and keeps the books.
func (x *exchange) invoke(op *operation, t target) *wireError {
	fault := x.tryInvoke(op, t)
	outcome := outcomeOK
	if fault != nil {
		outcome = fault.kind
		x.ledger.count(outcome)
	}
	if x.config.Observe != nil {
		x.config.Observe(Call{Model: op.modelID, Body: x.body, Outcome: outcome, RequestID: x.id})
	}
	return fault
}

// tryInvoke goes through the checks in Bedrock's order: the model, the body,
// the quota, the model's own limits.
func (x *exchange) tryInvoke(op *operation, t target) *wireError {
	m := t.model
	if fault := x.available(op, t); fault != nil {
		return fault
	}
	if t := x.r.Header.Get("Content-Type"); t != "" && t != "application/json" {
		return errContentType
	}
	if x.r.Header.Get("X-Amzn-Bedrock-Guardrailidentifier") != "" {
		return errNoGuardrail
	}
	in, fault := parseBody(x.body, m)
	if fault != nil {
		return fault
	}
	input := in.inputTokens()
	if fault := m.holds(input, in.maxTokens); fault != nil {
		return fault
	}
	q, taken := x.quotas[m.ID], input+in.maxTokens
	if fault := q.admit(taken, x.now()); fault != nil {
		return fault
	}
	name, delay := x.faults.next(x.random)
	if broken := errorFaults[name]; broken != nil {
		q.settle(taken, 0, x.now())
		return broken(refusedCall{t.principal, op.action, op.modelID, t.arns[0].arn})
	}
	a := x.think(in, name)
	a.in = input
	// The model has run, so it is billed, whatever becomes of the response.
	x.ledger.charge(m, a.in, a.out)
	x.ledger.count(outcomeOK)
	thought := x.latency(a.out) + delay
	if !x.wait(thought) {
		return nil
	}
	q.settle(taken, a.in+a.out, x.now())
	x.respond(m, a, name, thought)
	return nil
}

// holds says why a request does not fit into the model's context.
func (m *Model) holds(input, output int) *wireError {
	switch {
	case input > m.ContextWindow:
		return errTooLong
	case input+output > m.ContextWindow:
		return invalid("input length and `max_tokens` exceed context limit: %d + %d > %d, decrease input length or `max_tokens` and try again", input, output, m.ContextWindow)
	}
	return nil
}

// available says why a model cannot be called.
func (x *exchange) available(op *operation, t target) *wireError {
	m := t.model
	switch {
	case m == nil:
		return errInvalidModel
	case !m.EndOfLife.IsZero() && !x.now().Before(m.EndOfLife):
		return errEndOfLife
	case m.Legacy:
		return errLegacy
	case m.NotCleared:
		return errNotCleared
	case m.NoAccess:
		return errNoAccess
	case m.ProfileOnly && t.profile == nil:
		return errProfileOnly(op.modelID)
	}
	return nil
}

// prompt is all that the caller wrote in user turns.
func (in *invocation) prompt() string {
	var texts []string
	for _, t := range in.turns {
		if t.role == roleUser {
			texts = append(texts, t.text)
		}
	}
	return strings.Join(texts, "\n")
}

// think writes the answer, spoilt by a fault if it is one of answers.
func (x *exchange) think(in *invocation, fault string) answer {
	d, b := write(in.prompt())
	if spoil := spoilers[fault]; spoil != nil {
		spoil(&d, b, in)
	}
	return finish(in, d)
}

func (x *exchange) latency(out int) time.Duration {
	l := x.config.Latency
	d := l.Base + time.Duration(out)*l.PerOutputToken
	return d + time.Duration(float64(d)*l.Jitter*x.random.Float64())
}

// wait reports false if the caller has gone meanwhile.
func (x *exchange) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.r.Context().Done():
		return false
	}
}

// respond sends the answer, or what a fault leaves of it.
func (x *exchange) respond(m *Model, a answer, fault string, thought time.Duration) {
	if fault == faultTimeout {
		<-x.r.Context().Done()
		return
	}
	wire := a.wire(m, x.newID)
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Amzn-Bedrock-Invocation-Latency", strconv.FormatInt(thought.Milliseconds(), 10))
	h.Set("X-Amzn-Bedrock-Input-Token-Count", strconv.Itoa(a.in))
	h.Set("X-Amzn-Bedrock-Output-Token-Count", strconv.Itoa(a.out))
	switch fault {
	case faultNoUsage:
		wire.Usage = nil
		h.Del("X-Amzn-Bedrock-Input-Token-Count")
		h.Del("X-Amzn-Bedrock-Output-Token-Count")
	case faultNegativeUsage:
		wire.Usage = &wireUsage{-a.in, -a.out}
	}
	data := []byte(encode(wire))
	if fault == faultTruncated {
		data = data[:len(data)/2]
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if fault == faultReset {
		_, _ = x.w.Write(data[:len(data)/2]) // what follows breaks the connection
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = x.w.Write(data) // the client may have gone; it is billed all the same
}
