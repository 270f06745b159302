package bedrock_test

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/recommend"
)

// Keys are rotated as AWS has it done, with the file caught half written,
// while calls are made without a pause: the new key, the file, then the end of
// the old key. No call fails.
func TestKeysRotateUnderLoad(t *testing.T) {
	keys := newKeys(t)
	server, endpoint := rotatingCloud(t, keys[:1])
	path := filepath.Join(t.TempDir(), "credentials")
	write(t, path, keyText(keys[0]))
	registry := prometheus.NewRegistry()
	client := fileClient(t, endpoint, registry, bedrock.Credentials{File: path, Reload: 5 * time.Millisecond})
	calls := keepCalling(t, client)
	reads := func(result string, n float64) {
		for start := reading(t, registry, result); reading(t, registry, result) < start+n; {
			time.Sleep(time.Millisecond) // real calls run beside this test
		}
	}
	reads("ok", 1)
	server.SetCredentials(keys[:])
	write(t, path, keyText(keys[1])[:60])
	reads("failed", 2)
	write(t, path, keyText(keys[1]))
	reads("ok", 2) // the second began after the file was whole
	calls.more(2)  // the second was signed after that
	server.SetCredentials(keys[1:])
	calls.more(5)
	calls.stop()
}

// newKeys are two keys of one user.
func newKeys(t *testing.T) (keys [2]emulator.Credential) {
	t.Helper()
	random := rand.NewChaCha8([32]byte{3})
	for i := range keys {
		var err error
		if keys[i], err = emulator.NewCredential(random, "arn:aws:iam::123456789012:user/wealth-management-app-user"); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// rotatingCloud is an emulator that allows whoever has one of the keys everything.
func rotatingCloud(t *testing.T, keys []emulator.Credential) (server *emulator.Server, endpoint string) {
	t.Helper()
	server, err := emulator.New(emulator.Config{
		Region: "us-east-2", Credentials: keys, Models: emulator.DefaultModels(),
		Authorize: func(emulator.AuthzRequest) emulator.AuthzDecision { return emulator.AuthzDecision{Allowed: true} },
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, web.URL
}

func fileClient(t *testing.T, endpoint string, registry prometheus.Registerer, keys bedrock.Credentials) *bedrock.Client {
	t.Helper()
	client, err := bedrock.New(t.Context(), bedrock.Config{
		Endpoint: endpoint, Provider: bedrock.ProviderEmulator, Registerer: registry, Credentials: keys,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Keys that AWS refuses were not good: what takes their place in the file is used,
// though beside them it looks like half of a write.
func TestRefusedKeysAreCorrected(t *testing.T) {
	key := newKeys(t)[0]
	_, endpoint := rotatingCloud(t, []emulator.Credential{key})
	for name, secret := range map[string]string{
		"half a secret": key.Secret[:20], "a mistyped secret": "X" + key.Secret[1:], "a secret too long": key.Secret + "X",
	} {
		t.Run(name, func(t *testing.T) {
			wrong := key
			wrong.Secret = secret
			path := filepath.Join(t.TempDir(), "credentials")
			write(t, path, keyText(wrong))
			client := fileClient(t, endpoint, nil, bedrock.Credentials{File: path})
			if _, err := client.Invoke(t.Context(), recommend.ModelRequest{User: "Hi", MaxTokens: 10}); err == nil {
				t.Fatal("the wrong keys work")
			}
			write(t, path, keyText(key))
			if _, err := client.Invoke(t.Context(), recommend.ModelRequest{User: "Hi", MaxTokens: 10}); err != nil {
				t.Errorf("after the correction: %v", err)
			}
		})
	}
}

// load is calls made from several goroutines until they are stopped.
type load struct {
	made [4]atomic.Int64 // by each
	done chan struct{}
	wg   sync.WaitGroup
}

// more waits until each goroutine has ended n more calls.
func (l *load) more(n int64) {
	for i := range l.made {
		for start := l.made[i].Load(); l.made[i].Load() < start+n; {
			time.Sleep(time.Millisecond)
		}
	}
}

func (l *load) stop() {
	close(l.done)
	l.wg.Wait()
}

// keepCalling makes calls without a pause. Each must be answered.
func keepCalling(t *testing.T, client *bedrock.Client) *load {
	l := &load{done: make(chan struct{})}
	for i := range l.made {
		l.wg.Go(func() {
			for {
				select {
				case <-l.done:
					return
				default:
				}
				if _, err := client.Invoke(t.Context(), recommend.ModelRequest{User: "Hi", MaxTokens: 10}); err != nil {
					t.Errorf("call %d of %d: %v", l.made[i].Load(), i, err)
				}
				l.made[i].Add(1)
			}
		})
	}
	return l
}

func keyText(c emulator.Credential) string {
	return fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", c.AccessKeyID, c.Secret)
}

// write replaces the content of a file in one step, as a mounted secret is
// replaced.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// reading is the counter of the key file's reads with a result.
func reading(t *testing.T, registry *prometheus.Registry, result string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if !strings.HasSuffix(f.GetName(), "credentials_reads_total") {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == result {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}
