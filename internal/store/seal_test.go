package store

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func keysOf(active string, others ...string) Keys {
	k := Keys{Active: active, Secrets: map[string][]byte{}}
	for _, id := range append(others, active) {
		k.Secrets[id] = bytes.Repeat([]byte(id)[:1], 31)
		k.Secrets[id] = append(k.Secrets[id], id[len(id)-1])
	}
	return k
}

func TestKeysAreChecked(t *testing.T) {
	for name, keys := range map[string]Keys{
		"short":   {Active: "k", Secrets: map[string][]byte{"k": make([]byte, 16)}},
		"no id":   {Secrets: map[string][]byte{"": make([]byte, 32)}},
		"missing": {Active: "k"},
	} {
		var invalid *InvalidError
		if _, err := Open(t.Context(), Config{Dir: t.TempDir(), Keys: keys}); !errors.As(err, &invalid) {
			t.Errorf("%s: %v, want an InvalidError", name, err)
		}
	}
}

// TestNothingSecretOnDisk also proves the opposite without a key, so that the
// search itself is known to work.
func TestNothingSecretOnDisk(t *testing.T) {
	for name, keys := range map[string]Keys{"plain": {}, "sealed": keysOf("k1")} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{Dir: t.TempDir(), Keys: keys}
			s, err := Open(t.Context(), cfg)
			ok(t, err)
			fill(t, s, 3)
			_, err = s.Begin(t.Context(), "a", "key", "hash", noon)
			ok(t, err)
			ok(t, s.Complete(t.Context(), "a", "key", []byte("secret body")))
			ok(t, s.Close())
			if found := onDisk(t, cfg.Dir, "secret"); found != (keys.Active == "") {
				t.Errorf("found in the clear: %v", found)
			}
		})
	}
}

func onDisk(t *testing.T, dir, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	ok(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		ok(t, err)
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

func TestKeyRotation(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		for i, keys := range []Keys{{}, keysOf("k1"), keysOf("k2", "k1")} {
			cfg.Keys = keys
			s, err := Open(t.Context(), cfg)
			ok(t, err)
			ok(t, s.Append(t.Context(), recordOf(i+1)))
			for n := 1; n <= i+1; n++ {
				_, err := s.Record(t.Context(), recordOf(n).ID)
				ok(t, err)
			}
			ok(t, s.Close())
		}
		cfg.Keys = keysOf("k1")
		s := open(t, cfg)
		_, err := s.Record(t.Context(), "rec_3") // its client is b
		wantErr(t, err, ErrKey)
		_, err = s.Answer(t.Context(), "b", "rec_3")
		wantErr(t, err, ErrKey)
		err = s.Export(t.Context(), io.Discard)
		if wantErr(t, err, ErrKey); !strings.Contains(err.Error(), `"k2"`) {
			t.Errorf("%v: which key is missing?", err)
		}
		ok(t, s.VerifyChain(t.Context())) // needs no key
	})
}

func TestSealedContentStaysInItsPlace(t *testing.T) {
	s, err := newSealer(keysOf("k1", "k2"))
	ok(t, err)
	sealed := s.seal([]byte("text"), "journal", "rec_1", "answer")
	if got, err := s.open("k1", sealed, "journal", "rec_1", "answer"); string(got) != "text" || err != nil {
		t.Fatalf("open: %q, %v", got, err)
	}
	for name, place := range map[string][]string{
		"another record": {"journal", "rec_2", "answer"},
		"another field":  {"journal", "rec_1", "request"},
		"run together":   {"journal", "rec_1answer", ""},
		"fewer":          {"journal", "rec_1"},
	} {
		if _, err := s.open("k1", sealed, place...); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v, want ErrKey", name, err)
		}
	}
	for _, keyID := range []string{"k2", "k3"} {
		if _, err := s.open(keyID, sealed, "journal", "rec_1", "answer"); !errors.Is(err, ErrKey) {
			t.Errorf("key %s: %v, want ErrKey", keyID, err)
		}
	}
	for i := range sealed {
		sealed[i] ^= 1
		if _, err := s.open("k1", sealed, "journal", "rec_1", "answer"); !errors.Is(err, ErrKey) {
			t.Errorf("byte %d changed: %v, want ErrKey", i, err)
		}
		sealed[i] ^= 1
	}
}
