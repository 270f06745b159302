package check

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// server builds the program and returns its path.
func server(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "server")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./cmd/server")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// Every variable of the manifests is one that the program knows, and the
// configuration is one that it takes.
func TestSettingsAreTheProgramsOwn(t *testing.T) {
	program := server(t)
	help, err := exec.CommandContext(t.Context(), program, "-h").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"GOMEMLIMIT": true}
	for _, name := range regexp.MustCompile(`(?m)^\s+(BALLAST_[A-Z_]+)`).FindAllSubmatch(help, -1) {
		known[string(name[1])] = true
	}
	for name, objects := range all(t) {
		for variable := range plainEnvironment(objects.deployment(t)) {
			if !known[variable] {
				t.Errorf("%s: %s is no setting of the program", name, variable)
			}
		}
		file := withKey(t, objects["ConfigMap/ballast"].(*corev1.ConfigMap).Data["ballast.yaml"])
		if out, err := exec.CommandContext(t.Context(), program, "config", "check", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// The environment of each overlay is complete: with it the program starts as
// far as its first contact with what is not there. Paths and addresses are the
// test's own.
func TestTheProgramTakesTheEnvironment(t *testing.T) {
	program := server(t)
	secrets := map[string]string{
		"key-pepper":   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"journal-keys": "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"database-url": "postgres://ballast@127.0.0.1:1/ballast", "redis-url": "redis://127.0.0.1:1/0",
	}
	d := render(t, "replicated").deployment(t)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = []string{"BALLAST_ADDR=127.0.0.1:0", "BALLAST_ADMIN_ADDR=127.0.0.1:0"}
	for _, v := range d.Spec.Template.Spec.Containers[0].Env {
		value := v.Value
		if v.ValueFrom != nil {
			value = secrets[v.ValueFrom.SecretKeyRef.Key]
		}
		if v.Name == "BALLAST_CONFIG" {
			base, err := os.ReadFile("../kubernetes/base/ballast.yaml")
			if err != nil {
				t.Fatal(err)
			}
			value = withKey(t, string(base))
		}
		cmd.Env = append(cmd.Env, v.Name+"="+value)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(stderr.String(), "127.0.0.1:1") {
		t.Errorf("%v, want it to fail at the database that is not there:\n%s", err, &stderr)
	}
}

// withKey writes a configuration to a file with the hash of a key for the
// placeholder, with which no server starts.
func withKey(t *testing.T, config string) string {
	t.Helper()
	filled := strings.Replace(config, strings.Repeat("0", 64), "5f3c0e9ad17b42868ee1c94d0b7fa6352d81e4c6907a1bf35c28d46e93f07ab1", 1)
	if filled == config {
		t.Fatal("no placeholder: a server would start with a key that nobody has")
	}
	file := filepath.Join(t.TempDir(), "ballast.yaml")
	if err := os.WriteFile(file, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
