package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
)

// TestLocalPrintsAnAuditorsKey after the lines that scripts rely on: the demo key
// asks for advice and reads no journal, the auditor's the other way round. A file
// without an auditor gets no line.
func TestLocalPrintsAnAuditorsKey(t *testing.T) {
	const lines = `^api http://\S+\nadmin http://\S+\nkey (\S+)\ncurl .*\n`
	for name, tt := range map[string]struct {
		file string
		want string
	}{
		"its own file":    {"", lines + `auditor (\S+)\n$`},
		"without auditor": {write(t, "c.yaml", "clients:\n  - {name: demo, budget: {day_usd: 1, month_usd: 1}}\n"), lines + "()$"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir(), "BALLAST_CONFIG": tt.file}}
			set, err := loadSettings([]string{"-local", "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0"}, p.environment())
			if err != nil {
				t.Fatal(err)
			}
			a, err := newApp(t.Context(), set, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := a.release(); err != nil {
					t.Error(err)
				}
			}()
			var out bytes.Buffer
			if err := a.announce(&out); err != nil {
				t.Fatal(err)
			}
			keys := regexp.MustCompile(tt.want).FindStringSubmatch(out.String())
			if keys == nil {
				t.Fatalf("printed:\n%s", &out)
			}
			status := func(key, path string) int {
				req := httptest.NewRequest(http.MethodGet, path, nil)
				req.Header.Set("Authorization", "Bearer "+key)
				w := httptest.NewRecorder()
				a.api.Handler.ServeHTTP(w, req)
				return w.Code
			}
			if got := status(keys[1], "/v1/journal"); got != http.StatusForbidden {
				t.Errorf("the demo key reads the journal: %d", got)
			}
			if got := status(keys[2], "/v1/journal"); keys[2] != "" && got != http.StatusOK {
				t.Errorf("the auditor does not: %d", got)
			}
		})
	}
}
