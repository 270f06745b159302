package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// spendWindow is what /v1/usage tells of one budget.
type spendWindow struct {
	Window   string    `json:"window"`
	StartsAt time.Time `json:"starts_at"`
	ResetsAt time.Time `json:"resets_at"`
	SpentUSD string    `json:"spent_usd"`
	Reserved string    `json:"reserved_usd"`
}

const (
	// calendarAnswer is the model's for the canonical portfolio.
	calendarAnswer = `{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"\"s\":\"{F13}.\",\"r\":[[\"A1\",[\"F13\"],\"{F13}.\"],[\"A2\",[\"F7\"],\"{F7}.\"]]}"}],` +
		`"stop_reason":"end_turn","usage":{"input_tokens":600,"output_tokens":40}}`
	calendarCost = "0.0002" // 600 at 0.25 and 40 at 1.25 USD per million
)

// TestCallsAcrossTheCalendar runs the program while its clock crosses midnight,
// the end of a month and both changes of daylight saving time in the zone of the
// budgets, each time while the model thinks. The call is charged to the day and
// month in which it was reserved, and the new ones begin with nothing.
func TestCallsAcrossTheCalendar(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(year int, month time.Month, d int) time.Time {
		return time.Date(year, month, d, 0, 0, 0, 0, berlin)
	}
	for name, tc := range map[string]struct {
		midnight, next time.Time // the new day begins, and ends
		length         time.Duration
		month          string // spent in the month of the new day
	}{
		"midnight":           {day(2026, time.November, 24), day(2026, time.November, 25), 24 * time.Hour, calendarCost},
		"end of a month":     {day(2026, time.December, 1), day(2026, time.December, 2), 24 * time.Hour, "0"},
		"end of a year":      {day(2027, time.January, 1), day(2027, time.January, 2), 24 * time.Hour, "0"},
		"into summer time":   {day(2027, time.March, 28), day(2027, time.March, 29), 23 * time.Hour, calendarCost},
		"out of summer time": {day(2027, time.October, 31), day(2027, time.November, 1), 25 * time.Hour, calendarCost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := tc.midnight.Add(-time.Second), tc.midnight.Add(time.Second)
			var now atomic.Pointer[time.Time]
			now.Store(&before)
			m := mountAt(t, func() time.Time { return *now.Load() }, func() { now.Store(&after) })
			if res := m.call(http.MethodPost, "/v1/recommendations", p0(t)); res.Code != http.StatusOK {
				t.Fatalf("status %d: %s", res.Code, res.Body)
			}
			start := time.Date(after.Year(), after.Month(), 1, 0, 0, 0, 0, berlin)
			want := []spendWindow{
				{"day", tc.midnight, tc.midnight.Add(tc.length), "0", "0"},
				{"month", start, start.AddDate(0, 1, 0), tc.month, "0"},
			}
			if d := cmp.Diff(want, m.windows()); d != "" {
				t.Errorf("after midnight (-want +got):\n%s", d)
			}
			if !tc.next.Equal(tc.midnight.Add(tc.length)) {
				t.Errorf("the day ends at %s", tc.next)
			}
			now.Store(&before)
			for _, w := range m.windows() {
				if w.SpentUSD != calendarCost || !w.StartsAt.Before(before) || w.ResetsAt.Before(tc.midnight) {
					t.Errorf("before midnight: %+v", w)
				}
			}
		})
	}
}

// mountAt starts a program by a clock of the test, before a model that calls
// think before it answers.
func mountAt(t *testing.T, now func() time.Time, think func()) *mounted {
	t.Helper()
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		think()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, calendarAnswer)
	}))
	t.Cleanup(model.Close)
	keys := write(t, "credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = none\n")
	return mountBy(t, now, `
time_zone: Europe/Berlin
budgets: {global: {day_usd: 10, month_usd: 100}}
clients: [{name: frontend, keys: [KEY0], budget: {day_usd: 10, month_usd: 100}}]
`, map[string]string{"BALLAST_BEDROCK_ENDPOINT": model.URL, "BALLAST_AWS_CREDENTIALS_FILE": keys})
}

func (m *mounted) windows() []spendWindow {
	m.t.Helper()
	var usage struct{ Budgets []spendWindow }
	res := m.call(http.MethodGet, "/v1/usage", "")
	if err := json.Unmarshal(res.Body.Bytes(), &usage); err != nil || len(usage.Budgets) == 0 {
		m.t.Fatal(fmt.Errorf("%w: %s", err, res.Body))
	}
	for i := range usage.Budgets {
		usage.Budgets[i].StartsAt, usage.Budgets[i].ResetsAt = usage.Budgets[i].StartsAt.UTC(), usage.Budgets[i].ResetsAt.UTC()
	}
	return usage.Budgets
}

func p0(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../examples/p0.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
