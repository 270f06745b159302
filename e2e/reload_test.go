package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// TestConfigurationIsReloaded revokes a client's key in the file of a running
// server, breaks the file, and lets the key in again.
func TestConfigurationIsReloaded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cloud := start(t, fast, "AWS_DEFAULT_REGION", nil, "emulator", "-addr", "127.0.0.1:0")
	key, prefix, hash := newKey(t)
	config, credentials := filepath.Join(dir, "ballast.yaml"), filepath.Join(dir, "credentials")
	write(t, credentials, "")
	const file = "time_zone: UTC\nclients: [{name: frontend, keys: [%s]}]\n"
	good := fmt.Sprintf(file, fmt.Sprintf("{prefix: %s, hash: %s}", prefix, hash))
	write(t, config, good)
	server := start(t, raced, "admin", productionEnv(cloud, dir, config, credentials))
	server.lines["key"] = key
	becomes := func(want int) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
			status, body := server.call(t, http.MethodGet, "/v1/usage", nil)
			if status == want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d, want %d: %s", status, want, body)
			}
		}
	}
	becomes(http.StatusOK)
	write(t, config, fmt.Sprintf(file, ""))
	becomes(http.StatusUnauthorized)
	write(t, config, good)
	becomes(http.StatusOK)
	write(t, config, "clients: [")
	time.Sleep(3 * time.Second) // of which the server looks each second
	becomes(http.StatusOK)
}
