package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// whileAsked runs change while a call of the model is under way, and returns the
// advice that the caller then gets.
func (a *attacked) whileAsked(who int, body string, change func()) (given advice) {
	a.t.Helper()
	asked, answered, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	a.cloud.says(func(good []byte) (int, []byte) {
		close(asked)
		<-answered
		return http.StatusOK, good
	})
	go func() {
		defer close(done)
		given = a.advise(who, body)
	}()
	<-asked
	change()
	a.cloud.says(nil)
	close(answered)
	<-done
	return given
}

// A client that is taken out of the file while its call is paid for gets its
// answer, which is recorded and settled; it gets no other.
func TestReloadUnderALiveCall(t *testing.T) {
	a := attack(t)
	given := a.whileAsked(attacker, a.p0(5000, nil), func() {
		a.change(strings.Replace(attackedConfig, "name: attacker\n    keys: [KEY0]", "name: newcomer", 1))
		a.look(time.Now())
	})
	if given.Source != "model" || given.Usage.Attempts != 1 {
		t.Errorf("%+v", given)
	}
	if w := a.as(attacker, "GET", "/v1/usage", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("still let in: %d", w.Code)
	}
	a.change(attackedConfig)
	a.look(time.Now())
	if spent, _ := a.spent(attacker); spent != given.Usage.CostUSD {
		t.Errorf("spent %s of %s", spent, given.Usage.CostUSD)
	}
	if w := a.as(attacker, "GET", "/v1/recommendations/"+given.ID, ""); w.Code != http.StatusOK {
		t.Errorf("its record: %d", w.Code)
	}
	a.provesItself()
}

// A budget that falls below what is spent and reserved allows nothing more, and
// takes back nothing.
func TestReloadBelowWhatIsSpent(t *testing.T) {
	a := attack(t)
	given := a.whileAsked(attacker, a.p0(5000, nil), func() {
		a.change(strings.Replace(attackedConfig, "day_usd: 0.01", "day_usd: 0.000001", 1))
		a.look(time.Now())
	})
	if spent, limit := a.spent(attacker); given.Source != "model" || spent != given.Usage.CostUSD || limit != "0.000001" {
		t.Errorf("%+v, %s spent of %s", given, spent, limit)
	}
	if w := a.as(attacker, "GET", "/v1/usage", ""); !strings.Contains(w.Body.String(), `"remaining_usd":"0"`) {
		t.Errorf("%s", w.Body)
	}
	next := a.advise(attacker, a.p0(5001, nil))
	if next.Source != "rules" || next.Degraded == nil || next.Degraded.Reason != "budget_exhausted" {
		t.Errorf("%+v", next)
	}
	a.provesItself()
}

// A key is exchanged without a moment in which neither is good.
func TestReloadRotatesKeys(t *testing.T) {
	a := attack(t)
	for _, step := range []struct {
		keys     string
		old, new int
	}{
		{"keys: [KEY0, KEY2]", 200, 200},
		{"keys: [KEY2]", 401, 200},
	} {
		a.change(strings.NewReplacer("keys: [KEY0]", step.keys, "  - {name: desk, role: auditor, keys: [KEY2]}\n", "").Replace(attackedConfig))
		a.look(time.Now())
		for who, want := range map[int]int{attacker: step.old, auditor: step.new} {
			if w := a.as(who, "GET", "/v1/usage", ""); w.Code != want || want == 200 && !strings.Contains(w.Body.String(), `"client":"attacker"`) {
				t.Errorf("%s: key %d: %d, want %d: %s", step.keys, who, w.Code, want, w.Body)
			}
		}
	}
}

// provesItself wants ledger and journal in order.
func (a *attacked) provesItself() {
	a.t.Helper()
	if err := errors.Join(a.store.Verify(a.t.Context()), a.store.VerifyChain(a.t.Context())); err != nil {
		a.t.Error(err)
	}
}
