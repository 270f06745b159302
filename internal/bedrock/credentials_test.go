package bedrock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

const (
	firstKeys  = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
	secondKeys = "[default]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n"
)

// keyFileProvider is the provider as the client builds it, over a file.
func keyFileProvider(t *testing.T, path string) (keyring, *metrics) {
	t.Helper()
	m := newMetrics(prometheus.NewRegistry())
	cfg := Config{Credentials: Credentials{File: path}}.withDefaults()
	keys, err := newKeyring(t.Context(), cfg, m)
	if err != nil {
		t.Fatal(err)
	}
	return keys, m
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func accessKey(t *testing.T, keys keyring) string {
	t.Helper()
	got, err := keys.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got.AccessKeyID
}

// A rotated file is used within a minute, and not before: it is not read for
// every request.
func TestKeysRotate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "credentials")
		write(t, path, firstKeys)
		keys, m := keyFileProvider(t, path)
		if got := accessKey(t, keys); got != "AKIAIOSFODNN7EXAMPLE" {
			t.Fatalf("first key is %s", got)
		}
		write(t, path, secondKeys)
		time.Sleep(keyFileLife - time.Second)
		if got := accessKey(t, keys); got != "AKIAIOSFODNN7EXAMPLE" {
			t.Errorf("before the minute is over the key is %s", got)
		}
		time.Sleep(2 * time.Second)
		if got := accessKey(t, keys); got != "AKIAI44QH8DHBEXAMPLE" {
			t.Errorf("after a minute the key is %s", got)
		}
		if got := testutil.ToFloat64(m.keyReads.WithLabelValues("ok")); got != 2 {
			t.Errorf("the file was read %v times, want 2", got)
		}
	})
}

// While the file is broken, the last good keys stay.
func TestLastGoodKeysStay(t *testing.T) {
	for name, content := range map[string]string{
		"empty":              "",
		"half a line":        secondKeys[:30],
		"no secret yet":      secondKeys[:strings.Index(secondKeys, "aws_secret")],
		"half a secret":      secondKeys[:len(secondKeys)-12],
		"old id, new secret": strings.Replace(secondKeys, "AKIAI44QH8DHBEXAMPLE", "AKIAIOSFODNN7EXAMPLE", 1),
		"another profile":    strings.Replace(secondKeys, "default", "other", 1),
		"not an INI file":    "\x00\x01[[[",
		"removed":            "-",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "credentials")
				write(t, path, firstKeys)
				keys, m := keyFileProvider(t, path)
				accessKey(t, keys)
				if content == "-" {
					os.Remove(path)
				} else {
					write(t, path, content)
				}
				time.Sleep(keyFileLife + time.Second)
				if got := accessKey(t, keys); got != "AKIAIOSFODNN7EXAMPLE" {
					t.Errorf("key is %s, want the last good one", got)
				}
				if got := testutil.ToFloat64(m.keyReads.WithLabelValues("failed")); got != 1 {
					t.Errorf("failed reads: %v, want 1", got)
				}
				write(t, path, secondKeys)
				time.Sleep(keyFileLife + time.Second)
				if got := accessKey(t, keys); got != "AKIAI44QH8DHBEXAMPLE" {
					t.Errorf("after the repair the key is %s", got)
				}
			})
		})
	}
}

// Without keys from the start there is nothing to keep.
func TestNoKeysAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "credentials")
	write(t, path, "")
	keys, _ := keyFileProvider(t, path)
	if got, err := keys.Retrieve(t.Context()); err == nil {
		t.Errorf("an empty file gives keys: %+v", got)
	}
}

// A key that AWS refuses is not used for the rest of its minute.
func TestRefusedKeysAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "credentials")
	write(t, path, firstKeys)
	var used []string
	c := newTestClient(t, refusing("AKIAIOSFODNN7EXAMPLE", &used), func(cfg *Config) {
		cfg.Credentials = Credentials{File: path}
	})
	if _, err := c.Invoke(t.Context(), simpleRequest); err == nil {
		t.Fatal("the old key works")
	}
	write(t, path, secondKeys)
	if _, err := c.Invoke(t.Context(), simpleRequest); err != nil {
		t.Errorf("with the new key: %v", err)
	}
	if strings.Join(used, " ") != "AKIAIOSFODNN7EXAMPLE AKIAI44QH8DHBEXAMPLE" {
		t.Errorf("keys used: %v", used)
	}
}

// Keys of a role that AWS refuses, as when its sessions were revoked, are asked
// for anew, hours before they would end.
func TestRefusedRoleIsAskedForAgain(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "",
	} {
		t.Setenv(name, value)
	}
	given := 0
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		given++
		_ = json.NewEncoder(w).Encode(map[string]any{
			"AccessKeyId": fmt.Sprintf("ASIA%d", given), "SecretAccessKey": "s", "Token": "t", "Expiration": time.Now().Add(6 * time.Hour),
		})
	}))
	t.Cleanup(agent.Close)
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.URL)
	var used []string
	c := newTestClient(t, refusing("ASIA1", &used), func(cfg *Config) { cfg.Credentials = Credentials{} })
	if _, err := c.Invoke(t.Context(), simpleRequest); err == nil {
		t.Fatal("the revoked session works")
	}
	if _, err := c.Invoke(t.Context(), simpleRequest); err != nil || strings.Join(used, " ") != "ASIA1 ASIA2" {
		t.Errorf("keys used: %v, %v", used, err)
	}
}
