package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// markAll marks every text of the example that may be any text, each in its
// own way, and returns a request that is still answered.
func (o *observed) markAll() []byte {
	o.t.Helper()
	text, err := os.ReadFile("../../examples/household-with-debts.json")
	if err != nil {
		o.t.Fatal(err)
	}
	best, marked := text, 0
	for {
		body, left := o.markNext(best, marked)
		if !left {
			break
		}
		if best, marked = body, marked+1; marked > 1000 {
			o.t.Fatal("there is no end of texts")
		}
	}
	if n := bytes.Count(best, []byte(mark)); n < 10 {
		o.t.Fatalf("%d marks in %s", n, best)
	}
	return best
}

// markNext marks one more text, that of an account everywhere.
func (o *observed) markNext(text []byte, n int) (body []byte, ok bool) {
	o.t.Helper()
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		o.t.Fatal(err)
	}
	old, name := "", mark+strconv.Itoa(n)
	variants(doc, func(leaf any) any {
		if s, isText := leaf.(string); isText && !strings.Contains(s, mark) {
			old = s
			return name
		}
		return leaf
	}, func() {
		if ok || old == "" {
			return
		}
		tried := bytes.ReplaceAll(text, []byte(`"`+old+`"`), []byte(`"`+name+`"`))
		if o.accepts(tried) {
			body, ok = tried, true
		}
		old = ""
	})
	return body, ok
}

func (o *observed) accepts(body []byte) bool {
	before := o.status[http.StatusOK]
	o.send(http.MethodPost, "/v1/analyses", body, nil)
	return o.status[http.StatusOK] > before
}

// failing is a clock that can panic with a marked value when the service asks it.
type failing struct{ panics atomic.Bool }

func (c *failing) now() time.Time {
	if _, file, _, _ := runtime.Caller(1); c.panics.Load() && filepath.Base(filepath.Dir(file)) == "recommend" {
		panic(errors.New("cannot tell the time of " + mark))
	}
	return time.Now()
}

// A request that is marked all over fails in every way that the program does,
// whole and in stages: a panic, a fault of its own, a deadline, a database
// without its tables. Nothing of it is told.
func TestFailuresTellNothing(t *testing.T) {
	clock := &failing{}
	o := observe(t, func(s *settings) { s.now, s.ModelTimeout, s.Faults = clock.now, 300*time.Millisecond, "timeout=1" })
	body := o.markAll()
	inMode := func(mode string) []byte {
		var doc map[string]any
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatal(err)
		}
		doc["options"] = map[string]any{"mode": mode}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	fail := func(what string, body []byte, wants string) {
		t.Helper()
		for _, accept := range []string{"application/json", "text/event-stream"} {
			got := o.send(http.MethodPost, "/v1/recommendations", body, map[string]string{"Accept": accept, "Idempotency-Key": mark + what + accept})
			problem, stage := got, bytes.LastIndex(got, []byte("event: problem\n"))
			if stage >= 0 {
				problem = got[stage:]
			}
			if !bytes.Contains(problem, []byte(`"code":"`+wants+`"`)) || tells(string(problem)) {
				t.Errorf("%s, %s: %s", what, accept, got)
			}
		}
	}
	fail("deadline", inMode("model"), "model_unavailable")
	fail("fault", bytes.Replace(inMode("auto"), []byte(`"currency":"USD"`), []byte(`"currency":"`+mark+`"`), 1), "invalid_request")
	clock.panics.Store(true)
	fail("panic", inMode("rules"), "internal")
	clock.panics.Store(false)
	o.dropJournal()
	fail("database", inMode("rules"), "journal_unavailable")
	for _, want := range []string{`"panic":"a *errors.errorString"`, "no such table", `"problem":"model_unavailable"`} {
		if !strings.Contains(o.log.String(), want) {
			t.Errorf("no %s in the log", want)
		}
	}
	o.check()
}

// dropJournal takes the journal from under the running program.
func (o *observed) dropJournal() {
	o.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "ballast.db")+"?_pragma=busy_timeout(60000)")
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(o.t.Context(), "ALTER TABLE journal_content RENAME TO elsewhere"); err != nil {
		o.t.Fatal(err)
	}
}
