package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// reference is the plainest ledger there is: a list that is summed up anew
// for every question.
type reference struct {
	all   []*referenceHold
	limit budget.Limits
}

type referenceHold struct {
	r       recommend.Reservation
	open    bool
	state   string // how it was concluded
	charged int64
}

// used sums what is spent and reserved in the day or month of at, by the
// calendar of UTC; client "" means everybody.
func (m *reference) used(client string, kind budget.Kind, at time.Time) (spent, reserved budget.Nano) {
	layout := map[budget.Kind]string{budget.Day: "2006-01-02", budget.Month: "2006-01"}[kind]
	for _, h := range m.all {
		if (client != "" && h.r.Client != client) || h.r.At.Format(layout) != at.Format(layout) {
			continue
		}
		spent += budget.Nano(h.charged)
		if h.open {
			reserved += budget.Nano(h.r.CostNano)
		}
	}
	return spent, reserved
}

func (m *reference) fits(r recommend.Reservation) bool {
	for _, client := range []string{r.Client, ""} {
		for _, kind := range budget.Kinds {
			limit := m.limit.Global
			if client != "" {
				limit = m.limit.Client(client)
			}
			spent, reserved := m.used(client, kind, r.At)
			if spent+reserved+budget.Nano(r.CostNano) > limit.For(kind) {
				return false
			}
		}
	}
	return true
}

func (m *reference) find(id string) *referenceHold {
	for _, h := range m.all {
		if h.r.ID == id {
			return h
		}
	}
	return nil
}

// conclude does what the documentation of budget.Apply says, in other words.
func (m *reference) conclude(id, how string, billed int64) error {
	h := m.find(id)
	switch {
	case h == nil:
		return ErrUnknownReservation
	case how == "settle" && h.state != "settle":
		h.charged = billed
	case how == "release" && (h.open || h.state == "expire"):
		h.charged = 0
	case (how == "forfeit" || how == "expire") && h.open:
		h.charged = h.r.CostNano
	default:
		return nil
	}
	h.open, h.state = false, how
	return nil
}

// TestLedgerAgainstReference applies random operations to both and compares
// every answer and every balance.
func TestLedgerAgainstReference(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		tamper(t, s) // lets entries be deleted
		rapid.Check(t, func(rt *rapid.T) {
			emptied(t, s)
			m := &machine{t: rt, ctx: context.Background(), s: s, now: noon.Add(11 * time.Hour)}
			m.model.limit = testLimits
			rt.Repeat(map[string]func(*rapid.T){
				"reserve": m.reserve, "conclude": m.conclude, "expire": m.expire, "wait": m.wait, "limits": m.limits, "": m.check,
			})
			m.ask(rt)
			if err := s.Verify(m.ctx); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// emptied gives each run a ledger without entries.
func emptied(t *testing.T, s *Store) {
	t.Helper()
	ok(t, s.SetLimits(testLimits))
	for _, table := range []string{"ledger_entries", "ledger_balances", "ledger_reservations"} {
		_, err := s.writer.db.ExecContext(t.Context(), `DELETE FROM `+table)
		ok(t, err)
	}
}

type machine struct {
	t     *rapid.T
	ctx   context.Context
	s     *Store
	model reference
	now   time.Time
}

func (m *machine) id(t *rapid.T) string { return fmt.Sprint("r", rapid.IntRange(0, 20).Draw(t, "id")) }

func (m *machine) reserve(t *rapid.T) {
	r := recommend.Reservation{
		ID: m.id(t), Client: rapid.SampledFrom([]string{"a", "b", "stranger"}).Draw(t, "client"), Model: "m",
		CostNano: rapid.Int64Range(0, 700).Draw(t, "cost"), At: m.now, Expires: m.now.Add(time.Hour),
	}
	err := m.s.Reserve(m.ctx, r)
	var refused *recommend.BudgetError
	switch {
	case m.model.find(r.ID) != nil:
		if !errors.Is(err, ErrDuplicateReservation) && (m.model.fits(r) || !errors.As(err, &refused)) {
			t.Fatalf("id used before: %v", err)
		}
	case m.model.fits(r):
		if err != nil {
			t.Fatalf("it fits: %v", err)
		}
		m.model.all = append(m.model.all, &referenceHold{r: r, open: true})
	case !errors.As(err, &refused):
		t.Fatalf("it does not fit: %v", err)
	}
}

func (m *machine) conclude(t *rapid.T) {
	id, how := m.id(t), rapid.SampledFrom([]string{"settle", "forfeit", "release"}).Draw(t, "how")
	billed := rapid.Int64Range(0, 900).Draw(t, "billed")
	var err error
	switch how {
	case "settle":
		err = m.s.Settle(m.ctx, id, recommend.TokenUsage{CostNano: billed})
	case "forfeit":
		err = m.s.Forfeit(m.ctx, id)
	case "release":
		err = m.s.Release(m.ctx, id)
	}
	if want := m.model.conclude(id, how, billed); !errors.Is(err, want) {
		t.Fatalf("%s %s: %v, want %v", how, id, err, want)
	}
}

func (m *machine) expire(t *rapid.T) {
	want := 0
	for _, h := range m.model.all {
		if h.open && !h.r.Expires.After(m.now) {
			want++
			m.model.conclude(h.r.ID, "expire", 0)
		}
	}
	if n, err := m.s.Expire(m.ctx, m.now); n != want || err != nil {
		t.Fatalf("Expire: %d, %v, want %d", n, err, want)
	}
}

// wait may cross midnight, and after some days the end of the month.
func (m *machine) wait(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(1, 72*60).Draw(t, "minutes")) * time.Minute)
	m.ask(t)
}

func (m *machine) limits(t *rapid.T) {
	draw := func(name string) budget.Limit {
		return budget.Limit{
			Day:   budget.Nano(rapid.Int64Range(0, 3000).Draw(t, name+" day")),
			Month: budget.Nano(rapid.Int64Range(0, 9000).Draw(t, name+" month")),
		}
	}
	m.model.limit = budget.Limits{
		Global: draw("global"), Clients: map[string]budget.Limit{"a": draw("a"), "b": draw("b")}, Default: draw("default"),
	}
	if err := m.s.SetLimits(m.model.limit); err != nil {
		t.Fatal(err)
	}
}

// check compares every balance that was ever touched.
func (m *machine) check(t *rapid.T) {
	err := m.s.reader().each(m.ctx, func(rows *sql.Rows) error {
		var (
			b     budget.Balance
			start int64
		)
		if err := rows.Scan(&b.Client, &b.Window.Kind, &start, &b.Reserved, &b.Spent); err != nil {
			return err
		}
		m.compare(t, b, fromNanos(start))
		return nil
	}, `SELECT client, kind, start_ns, reserved, spent FROM ledger_balances`)
	if err != nil {
		t.Fatal(err)
	}
}

// ask compares what the ledger says of the present, touched or not.
func (m *machine) ask(t *rapid.T) {
	balances, err := m.s.AllBalances(m.ctx, m.now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range balances {
		m.compare(t, b, m.now)
	}
}

func (m *machine) compare(t *rapid.T, b budget.Balance, at time.Time) {
	spent, reserved := m.model.used(b.Client, b.Window.Kind, at)
	if b.Spent != spent || b.Reserved != reserved {
		t.Fatalf("%s %s: %d spent, %d reserved, want %d, %d", b.Client, b.Window.Kind, b.Spent, b.Reserved, spent, reserved)
	}
}
