package apikey

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	pepper = bytes.Repeat([]byte{7}, minPepper)
	now    = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

func newKey(t *testing.T) string {
	t.Helper()
	key, err := Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func stored(t *testing.T, key string, expires time.Time) Key {
	t.Helper()
	s, err := Hash(pepper, key)
	if err != nil {
		t.Fatal(err)
	}
	return Key{Stored: s, Expires: expires}
}

func TestGenerate(t *testing.T) {
	key, err := Generate(bytes.NewReader(bytes.Repeat([]byte{0xff, 0}, 19)))
	if err != nil {
		t.Fatal(err)
	}
	if want := "blk_74ap6ah7_"; !strings.HasPrefix(key, want) || !form.MatchString(key) {
		t.Errorf("got %s, want %s…", key, want)
	}
	if one, other := newKey(t), newKey(t); one == other {
		t.Error("two keys are equal")
	}
	if _, err := Generate(strings.NewReader("too short")); err == nil {
		t.Error("a key was made from too little randomness")
	}
}

func TestHashKeepsNoSecret(t *testing.T) {
	key := newKey(t)
	s := stored(t, key, time.Time{})
	secret := key[strings.LastIndexByte(key, '_')+1:]
	if strings.Contains(s.Prefix+s.Hash, secret) || len(s.Hash) != 64 {
		t.Errorf("stored %+v", s)
	}
	if other, _ := Hash(append([]byte{8}, pepper...), key); other.Hash == s.Hash {
		t.Error("the pepper has no part in the hash")
	}
	if _, err := Hash(pepper, key+"a"); !errors.Is(err, ErrForm) {
		t.Errorf("got %v", err)
	}
}

func TestLookup(t *testing.T) {
	good, next, past, foreign := newKey(t), newKey(t), newKey(t), newKey(t)
	ring, err := NewRing(pepper, []Client{
		{Name: "web", Role: RoleClient, Keys: []Key{stored(t, good, time.Time{}), stored(t, next, now.Add(time.Second)), stored(t, past, now)}},
		{Name: "audit", Role: RoleAuditor, Keys: []Key{stored(t, foreign, time.Time{})}},
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, key string
		holder    string
	}{
		{"valid", good, "web"},
		{"second of two", next, "web"},
		{"another client's", foreign, "audit"},
		{"expires now", past, ""},
		{"unknown", newKey(t), ""},
		{"last character", good[:len(good)-1] + flip(good[len(good)-1]), ""},
		{"prefix of one, secret of the other", good[:13] + foreign[13:], ""},
		{"truncated", good[:len(good)-1], ""},
		{"upper case", strings.ToUpper(good), ""},
		{"trailing line break", good + "\n", ""},
		{"empty", "", ""},
	} {
		name, role, ok := ring.Lookup(tc.key, now)
		if ok != (tc.holder != "") || name != tc.holder || ok && role == "" {
			t.Errorf("%s: %q %q %v", tc.name, name, role, ok)
		}
	}
}

func flip(c byte) string {
	if c == 'a' {
		return "b"
	}
	return "a"
}

func TestNewRingReportsEveryFault(t *testing.T) {
	k := func() Key { return stored(t, newKey(t), time.Time{}) }
	twice := k()
	_, err := NewRing([]byte("short"), []Client{
		{Name: "Web", Role: RoleClient},
		{Name: "a", Role: "root"},
		{Name: "a", Role: RoleAdmin, Keys: []Key{k(), k(), k()}},
		{Name: "b", Role: RoleAdmin, Keys: []Key{twice, twice}},
		{Name: "c", Role: RoleAdmin, Keys: []Key{{Stored: Stored{Prefix: "p", Hash: "00"}}}},
		{Name: "d", Role: RoleAdmin, Keys: []Key{
			{Stored: Stored{Prefix: "zeros", Hash: strings.Repeat("0", 64)}}, {Stored: Stored{Prefix: "counted", Hash: strings.Repeat("0123456789abcdef", 4)}},
		}},
	}, now)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"pepper", `"Web": the name`, `"a": the role`, `"a": listed twice`, `"a": 3 keys are live`, `"b": key`, "64 hexadecimal", `"zeros": the hash is a placeholder`, `"counted": the hash is a placeholder`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in:\n%v", want, err)
		}
	}
}
