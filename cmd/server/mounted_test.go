package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

// mounted is a program whose configuration is a file of a mounted ConfigMap:
// ballast.yaml → ..data/ballast.yaml, ..data → a folder that each change makes.
type mounted struct {
	*app
	t       testing.TB
	handler http.Handler
	core    core
	dir     string
	log     lockedBuffer
	keys    [3]string // the first is the one that call sends
	stored  [3]apikey.Stored
	changes int
}

// mount starts it. more is added to its environment.
func mount(t testing.TB, config string, more map[string]string) *mounted {
	t.Helper()
	return mountBy(t, time.Now, config, more)
}

// mountBy is mount by another clock.
func mountBy(t testing.TB, now func() time.Time, config string, more map[string]string) *mounted {
	t.Helper()
	pepper := bytes.Repeat([]byte{5}, 32)
	m := &mounted{t: t, dir: t.TempDir()}
	var err error
	for i := range m.keys {
		if m.keys[i], err = apikey.Generate(rand.Reader); err != nil {
			t.Fatal(err)
		}
		if m.stored[i], err = apikey.Hash(pepper, m.keys[i]); err != nil {
			t.Fatal(err)
		}
	}
	m.change(config)
	if err := os.Symlink(filepath.Join("..data", "ballast.yaml"), filepath.Join(m.dir, "ballast.yaml")); err != nil {
		t.Fatal(err)
	}
	p := &program{env: map[string]string{
		"BALLAST_DATA_DIR": t.TempDir(), "BALLAST_CONFIG": filepath.Join(m.dir, "ballast.yaml"),
		"BALLAST_KEY_PEPPER": base64.StdEncoding.EncodeToString(pepper), "BALLAST_BEDROCK_ENDPOINT": "http://127.0.0.1:1",
	}}
	maps.Copy(p.env, more)
	env := p.environment()
	env.now = now
	set, err := loadSettings(nil, env)
	if err != nil {
		t.Fatal(err)
	}
	if m.app, m.core, err = newBackend(t.Context(), set, slog.New(slog.NewJSONHandler(&m.log, nil))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.release(); err != nil {
			t.Error(err)
		}
	})
	if m.handler, err = m.newHandler(m.core); err != nil {
		t.Fatal(err)
	}
	return m
}

// change swaps the link, as the kubelet does. KEY0 in the text stands for the
// first of the keys that the test holds, and so on.
func (m *mounted) change(config string) {
	m.t.Helper()
	m.changes++
	for i, s := range m.stored {
		config = strings.ReplaceAll(config, fmt.Sprintf("KEY%d", i), fmt.Sprintf("{prefix: %s, hash: %s}", s.Prefix, s.Hash))
	}
	version := fmt.Sprintf("..version%d", m.changes)
	if err := os.Mkdir(filepath.Join(m.dir, version), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(m.dir, version, "ballast.yaml"), []byte(config), 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Symlink(version, filepath.Join(m.dir, "..data_tmp")); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(m.dir, "..data_tmp"), filepath.Join(m.dir, "..data")); err != nil {
		m.t.Fatal(err)
	}
}

// put puts something else in the file's place.
func (m *mounted) put(what func(file string) error) {
	m.t.Helper()
	m.change("")
	file := filepath.Join(m.dir, "..data", "ballast.yaml")
	if err := errors.Join(os.Remove(file), what(file)); err != nil {
		m.t.Fatal(err)
	}
}

// look looks at the file until it has stood still.
func (m *mounted) look(now time.Time) {
	m.lookAtConfig(m.t.Context(), now)
	m.lookAtConfig(m.t.Context(), now)
}

// call asks with the first key, unless header says otherwise.
func (m *mounted) call(method, path, body string, header ...string) *httptest.ResponseRecorder {
	m.t.Helper()
	req := httptest.NewRequestWithContext(m.t.Context(), method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+m.keys[0])
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, req)
	return w
}

// reading reads a gauge, or the sum of a histogram, without labels.
func (m *mounted) reading(name string) float64 {
	m.t.Helper()
	families, err := m.core.reg.Gather()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		if h := f.GetMetric()[0].GetHistogram(); h != nil {
			return h.GetSampleSum()
		}
		return f.GetMetric()[0].GetGauge().GetValue()
	}
	m.t.Fatalf("no metric %s", name)
	return 0
}

const mountedConfig = `
time_zone: UTC
budgets: {global: {day_usd: 1, month_usd: 10}}
clients:
  - name: web
    keys: [KEY0]
    budget: {day_usd: 1, month_usd: 10}
    limits: {requests_per_second: 100}
`
