// Package apikey makes, stores and checks API keys.
//
// A key is blk_PREFIX_SECRET: 40 random bits to find it by and 256 random bits
// to prove it. What is stored is the prefix and an HMAC-SHA-256 of the whole
// key under a pepper that is kept elsewhere. A slow password hash would add
// nothing to 256 random bits, and would let anyone exhaust the server.
package apikey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Scheme begins every key, and no other kind of bearer token.
const Scheme = "blk_"

const (
	prefixBytes = 5
	secretBytes = 32
)

// encoding has letters and digits only, so that a double click selects a key.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// form has the lengths of five and of 32 bytes in base 32.
var form = regexp.MustCompile(`^blk_([a-z2-7]{8})_[a-z2-7]{52}$`)

// ErrForm says that a text is not a key.
var ErrForm = errors.New("apikey: not of the form blk_PREFIX_SECRET")

// Generate makes a new key from a source of randomness, crypto/rand.Reader
// outside tests.
func Generate(random io.Reader) (string, error) {
	var b [prefixBytes + secretBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("apikey: %w", err)
	}
	return Scheme + encoding.EncodeToString(b[:prefixBytes]) + "_" + encoding.EncodeToString(b[prefixBytes:]), nil
}

// Stored is what is kept of a key.
type Stored struct {
	Prefix string // 8 characters, not secret
	Hash   string // 64 hexadecimal digits
}

// Hash gives what to keep of a key. It fails with ErrForm.
func Hash(pepper []byte, key string) (Stored, error) {
	m := form.FindStringSubmatch(key)
	if m == nil {
		return Stored{}, ErrForm
	}
	return Stored{Prefix: m[1], Hash: hex.EncodeToString(mac(pepper, key))}, nil
}

func mac(pepper []byte, key string) []byte {
	h := hmac.New(sha256.New, pepper)
	h.Write([]byte(key))
	return h.Sum(nil)
}
