package main

import (
	"encoding/base64"
	"errors"
	"strings"

	"ballast.internal/ballast/internal/store"
)

// pepper is the secret of API keys.
func (s *settings) pepper() ([]byte, error) { return decodePepper(s.KeyPepper) }

var errPepper = errors.New("want 32 bytes or more in base64")

// decodePepper wants 32 bytes or more in base64.
func decodePepper(text string) ([]byte, error) {
	pepper, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(pepper) < 32 {
		return nil, errPepper
	}
	return pepper, nil
}

// journalKeys reads ID:BASE64,ID:BASE64; the first is the active one.
func (s *settings) journalKeys() (store.Keys, error) {
	keys := store.Keys{Secrets: map[string][]byte{}}
	if s.JournalKeys == "" {
		return keys, nil
	}
	for part := range strings.SplitSeq(s.JournalKeys, ",") {
		id, text, ok := strings.Cut(strings.TrimSpace(part), ":")
		secret, err := base64.StdEncoding.DecodeString(text)
		if !ok || id == "" || err != nil || len(secret) != 32 {
			return keys, errors.New("want ID:BASE64 of 32 bytes")
		}
		if keys.Secrets[id] != nil { // what the one has encrypted, the other cannot read
			return keys, errors.New("want each ID once")
		}
		if keys.Active == "" {
			keys.Active = id
		}
		keys.Secrets[id] = secret
	}
	return keys, nil
}
