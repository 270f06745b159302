package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// npm runs a program of the installed npm packages in a folder of the
// repository. scripts/test.sh installs them.
func npm(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	bin, err := filepath.Abs("../node_modules/.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(bin); err != nil {
		t.Skip("the npm packages are not installed: npm ci")
	}
	cmd := exec.CommandContext(t.Context(), "npx", append([]string{"--no-install", name}, args...)...)
	cmd.Dir, cmd.Env = filepath.Join("..", dir), append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// TestTypeScriptClient compiles the client under strict and runs its tests, as
// node knows them, against the running server.
func TestTypeScriptClient(t *testing.T) {
	t.Parallel()
	p := localRaced(t, nil)
	build := t.TempDir()
	npm(t, "clients/typescript", nil, "tsc", "--outDir", build)
	tests, err := filepath.Glob(filepath.Join(build, "test", "*.test.js"))
	if err != nil || len(tests) < 3 {
		t.Fatalf("%d test files, %v", len(tests), err)
	}
	examples, err := filepath.Abs("../examples")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(build, "package.json"), `{"type": "module"}`)
	packages, err := filepath.Abs("../node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(packages, filepath.Join(build, "node_modules")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"--test"}, tests...)...)
	cmd.Env = append(os.Environ(), "BALLAST_URL="+p.lines["api"], "BALLAST_KEY="+p.lines["key"], "BALLAST_EXAMPLES="+examples)
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("skipped 0")) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestTypeScriptTypesAreOfTheContract generates the types anew.
func TestTypeScriptTypesAreOfTheContract(t *testing.T) {
	t.Parallel()
	const folder, file = "clients/typescript", "src/contract.gen.ts"
	fresh := filepath.Join(t.TempDir(), "contract.gen.ts")
	npm(t, folder, nil, "openapi-typescript", "../../api/openapi.yaml", "--output", fresh)
	npm(t, folder, nil, "node", "scripts/mark.mjs", fresh)
	want, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join("..", folder, file))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s/%s is stale: make generate", folder, file)
	}
}
