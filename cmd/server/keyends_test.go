package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// checkedNow is when the file below is checked.
var checkedNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// endingKeys are those of clients at every stage of a change of keys. NO is a
// hash.
const endingKeys = `
clients:
  - {name: ever, keys: [{prefix: everaaaa, hash: NO}]}
  - {name: tokens-alone}
  - {name: later, keys: [{prefix: lateraaa, hash: NO, expires: 2026-12-04T12:00:00Z}]}
  - {name: soon, keys: [{prefix: soonaaaa, hash: NO, expires: 2026-12-04T11:59:59Z}]}
  - {name: gone, keys: [{prefix: goneaaaa, hash: NO, expires: 2026-11-20T12:00:00Z}]}
  - {name: moving, keys: [{prefix: movingaa, hash: NO, expires: 2026-11-21T00:00:00Z}, {prefix: movingbb, hash: NO, expires: 2027-11-21T00:00:00Z}]}
  - {name: moved, keys: [{prefix: movedaaa, hash: NO, expires: 2026-11-01T02:00:00+02:00}, {prefix: movedbbb, hash: NO}]}
`

// Keys that are refused, or soon will be, are no fault and are told.
func TestConfigCheckTellsOfKeysThatEnd(t *testing.T) {
	file := write(t, "ballast.yaml", strings.ReplaceAll(endingKeys, "NO", "5f3c0e9ad17b42868ee1c94d0b7fa6352d81e4c6907a1bf35c28d46e93f07ab1"))
	p := &program{}
	env := p.environment()
	env.now = func() time.Time { return checkedNow }
	if code := run(t.Context(), []string{"config", "check", file}, env); code != exitOK || p.stdout.String() != file+": no faults; clients: 7\n" {
		t.Errorf("exit code %d, %s", code, p.stdout.String())
	}
	want := `warning: clients: "soon": key "soonaaaa": expires at 2026-12-04T11:59:59Z, and the client has no other
warning: clients: "gone": key "goneaaaa": expired at 2026-11-20T12:00:00Z and is refused
warning: clients: "moved": key "movedaaa": expired at 2026-11-01T00:00:00Z and is refused
`
	if d := cmp.Diff(want, p.stderr.String()); d != "" {
		t.Error(d)
	}
}

// A running server says when each client will be without a key, and what a new
// file says of it.
func TestEndsOfKeysAreAMetric(t *testing.T) {
	m := mount(t, mountedConfig, nil)
	const name = "ballast_client_key_expiration_timestamp_seconds"
	wants := func(series string) {
		t.Helper()
		if series != "" {
			series = "# HELP " + name + " When the last of the client's API keys expires; absent where one never does, or there is none.\n# TYPE " + name + " gauge\n" + series
		}
		if err := testutil.GatherAndCompare(m.core.reg, strings.NewReader(series), name); err != nil {
			t.Error(err)
		}
	}
	key := func(i int, more string) string {
		return fmt.Sprintf("{prefix: %s, hash: %s%s}", m.stored[i].Prefix, m.stored[i].Hash, more)
	}
	const first, second = ", expires: 2027-01-01T00:00:00Z", ", expires: 2027-01-02T00:00:00Z"
	for _, step := range []struct{ keys, want string }{
		{key(0, ""), ""},
		{key(0, second) + ", " + key(1, first), name + `{client="web"} 1.798848e+09` + "\n"},
		{key(0, second) + ", " + key(1, ""), ""},
	} {
		m.change(strings.Replace(mountedConfig, "KEY0", step.keys, 1))
		m.look(time.Now())
		wants(step.want)
	}
}
