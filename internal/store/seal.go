package store

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// Keys encrypt content with AES-256-GCM. Each piece names its key, so that a
// new key becomes active while the old ones still decrypt.
type Keys struct {
	// Active is the id of the key to encrypt with. "" stores content plain.
	Active string
	// Secrets holds the keys by id, 32 bytes each.
	Secrets map[string][]byte
}

// sealer encrypts and decrypts content under named keys.
type sealer struct {
	active string
	aeads  map[string]cipher.AEAD
}

func newSealer(keys Keys) (sealer, error) {
	s := sealer{active: keys.Active, aeads: map[string]cipher.AEAD{}}
	for id, secret := range keys.Secrets {
		if id == "" || len(secret) != 32 {
			return sealer{}, &InvalidError{"key " + id, "a key needs an id and 32 bytes"}
		}
		block, err := aes.NewCipher(secret)
		if err != nil {
			return sealer{}, err
		}
		if s.aeads[id], err = cipher.NewGCMWithRandomNonce(block); err != nil {
			return sealer{}, err
		}
	}
	if s.active != "" && s.aeads[s.active] == nil {
		return sealer{}, &InvalidError{"key " + s.active, "active but not given"}
	}
	return s, nil
}

// seal returns content as it is stored under the active key, bound to the
// place it belongs to.
func (s sealer) seal(content []byte, place ...string) []byte {
	if s.active == "" {
		return append([]byte{}, content...) // never NULL
	}
	return s.aeads[s.active].Seal(nil, nil, content, placeOf(s.active, place)) //nolint:gosec // the AEAD makes its own random nonce
}

// open returns the content that was stored under a key, or ErrKey.
func (s sealer) open(keyID string, stored []byte, place ...string) ([]byte, error) {
	if keyID == "" {
		return stored, nil
	}
	aead := s.aeads[keyID]
	if aead == nil {
		return nil, fmt.Errorf("%w: there is no key %q", ErrKey, keyID)
	}
	content, err := aead.Open(nil, nil, stored, placeOf(keyID, place))
	if err != nil {
		return nil, ErrKey
	}
	return content, nil
}

func placeOf(keyID string, place []string) []byte {
	return encoded("ballast.sealed.v1", append([]string{keyID}, place...)...)
}
