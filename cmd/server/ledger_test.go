package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/store"
)

// The ledger is proven beside a server, and names what was changed behind it.
func TestLedgerIsProven(t *testing.T) {
	dir := t.TempDir()
	prove := func() (int, string) {
		t.Helper()
		p := &program{}
		code := p.run(t, "ledger", "verify", "-data-dir", dir)
		return code, p.stdout.String() + p.stderr.String()
	}
	if code, said := prove(); code != exitFail || !strings.Contains(said, filepath.Join(dir, "ballast.db")) {
		t.Errorf("no ledger: %d %s", code, said)
	}
	p := &program{}
	if code := p.run(t, "recommend", "-f", "../../examples/p0.json", "-data-dir", dir); code != exitOK {
		t.Fatalf("exit code %d: %s", code, p.stderr.String())
	}
	server, err := store.Open(t.Context(), store.Config{Dir: dir, Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	adds := regexp.MustCompile(`^the ledger of 1 calls adds up: USD 0\.000\d+ spent and 0 reserved, in 2 entries\n1 calls cost in the journal what the ledger charged\n$`)
	if code, said := prove(); code != exitOK || !adds.MatchString(said) {
		t.Errorf("%d %s", code, said)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "ballast.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct{ statements, want string }{
		{`DROP TRIGGER ledger_entries_no_update; UPDATE ledger_entries SET spent_delta = spent_delta - 1 WHERE kind = 'settle';
			UPDATE ledger_reservations SET charged = charged - 1; UPDATE ledger_balances SET spent = spent - 1`, "in the ledger, the journal says USD 0.000"},
		{`UPDATE ledger_balances SET spent = 1 WHERE kind = 'month'`, "the month of all clients from "},
	} {
		if _, err := db.ExecContext(t.Context(), c.statements); err != nil {
			t.Fatal(err)
		}
		if code, said := prove(); code != exitFail || !strings.Contains(said, c.want) {
			t.Errorf("%d %s, want %s", code, said, c.want)
		}
	}
}

// Who asks for a proof in the wrong place does not get the proof of nothing, and
// leaves nothing behind there.
func TestNothingIsNotProven(t *testing.T) {
	for _, command := range [][]string{{"ledger", "verify"}, {"journal", "verify"}, {"journal", "show"}} {
		dir := filepath.Join(t.TempDir(), "elsewhere")
		p := &program{}
		if code := p.run(t, append(command, "-data-dir", dir)...); code != exitFail || p.stdout.Len() > 0 {
			t.Errorf("%v: %d %s", command, code, p.stdout.String())
		}
		if said := p.stderr.String(); !strings.Contains(said, dir) || !strings.Contains(said, "there is no ledger and no journal here") {
			t.Errorf("%v: %s", command, said)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%v: the folder was made: %v", command, err)
		}
	}
}
