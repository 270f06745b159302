package peers

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// vault names and encrypts by two keys that are derived from one secret.
type vault struct {
	names []byte
	aead  cipher.AEAD
}

// leastSecret is how many bytes a secret has at the least.
const leastSecret = 32

// ErrSealed says that words cannot be read: they were made under another
// secret, or tampered with.
var ErrSealed = errors.New("peers: words under another secret")

func newVault(secret []byte) (v vault, err error) {
	if len(secret) < leastSecret {
		return v, errors.New("peers: the secret has less than 32 bytes")
	}
	if v.names, err = hkdf.Key(sha256.New, secret, nil, "ballast peers names v1", sha256.Size); err != nil {
		return v, err
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "ballast peers words v1", 32)
	if err != nil {
		return v, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return v, err
	}
	v.aead, err = cipher.NewGCMWithRandomNonce(block)
	return v, err
}

// name is a key as it stands in Redis: who sees it can guess nothing by it.
func (v vault) name(key string) string {
	mac := hmac.New(sha256.New, v.names)
	mac.Write([]byte(key))
	return hex.EncodeToString(mac.Sum(nil))
}

func (v vault) seal(name string, words []byte) string {
	return string(v.aead.Seal(nil, nil, words, []byte(name))) //nolint:gosec // the AEAD makes its own random nonce
}

func (v vault) open(name, sealed string) ([]byte, error) {
	words, err := v.aead.Open(nil, nil, []byte(sealed), []byte(name))
	if err != nil {
		return nil, ErrSealed
	}
	return words, nil
}
