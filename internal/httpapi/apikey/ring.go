package apikey

import (
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Role is what a client may do.
type Role string

// The roles.
const (
	RoleClient  Role = "client"  // asks for advice and reads its own
	RoleAuditor Role = "auditor" // reads, and spends nothing
	RoleAdmin   Role = "admin"   // both
)

// Valid reports whether there is such a role.
func (r Role) Valid() bool { return r == RoleClient || r == RoleAuditor || r == RoleAdmin }

// Client is somebody who holds keys.
type Client struct {
	Name string // a metric label: 1 to 64 of a-z 0-9 . _ -
	Role Role
	Keys []Key
}

// Key is a stored key with its end.
type Key struct {
	Stored
	Expires time.Time // zero: never
}

// Ring knows the keys of all clients. It is immutable.
type Ring struct {
	pepper   []byte
	byPrefix map[string]holder
}

type holder struct {
	name    string
	role    Role
	hash    []byte
	expires time.Time
}

// minPepper is the shortest pepper: as long as the hash it guards.
const minPepper = 32

// maxLive lets a client move from one key to the next, and no more.
const maxLive = 2

var clientName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// NewRing checks clients and their keys, and reports every fault at once. At
// most two keys of a client may be live at now.
func NewRing(pepper []byte, clients []Client, now time.Time) (*Ring, error) {
	r := &Ring{pepper: pepper, byPrefix: map[string]holder{}}
	var faults []error
	if len(pepper) < minPepper {
		faults = append(faults, fmt.Errorf("apikey: the pepper must have at least %d bytes", minPepper))
	}
	seen := map[string]bool{}
	for _, c := range clients {
		if seen[c.Name] {
			faults = append(faults, fmt.Errorf("apikey: client %q: listed twice", c.Name))
		}
		seen[c.Name] = true
		for _, err := range r.add(c, now) {
			faults = append(faults, fmt.Errorf("apikey: client %q: %w", c.Name, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Ring) add(c Client, now time.Time) []error {
	var faults []error
	if !clientName.MatchString(c.Name) {
		faults = append(faults, errors.New("the name must be 1 to 64 of a-z 0-9 . _ -, starting with a letter or digit"))
	}
	if !c.Role.Valid() {
		faults = append(faults, errors.New("the role must be client, auditor or admin"))
	}
	live := 0
	for _, k := range c.Keys {
		hash, err := hex.DecodeString(k.Hash)
		if err != nil || len(hash) != len(mac(nil, "")) {
			faults = append(faults, fmt.Errorf("key %q: the hash must be 64 hexadecimal digits", k.Prefix))
			continue
		}
		if placeholder(hash) {
			faults = append(faults, fmt.Errorf("key %q: the hash is a placeholder: server keys new makes a key and its hash", k.Prefix))
		}
		if _, taken := r.byPrefix[k.Prefix]; taken {
			faults = append(faults, fmt.Errorf("key %q: the prefix is used twice", k.Prefix))
		}
		h := holder{name: c.Name, role: c.Role, hash: hash, expires: k.Expires}
		r.byPrefix[k.Prefix] = h
		if h.live(now) {
			live++
		}
	}
	if live > maxLive {
		faults = append(faults, fmt.Errorf("%d keys are live, at most %d may be", live, maxLive))
	}
	return faults
}

// placeholder tells what somebody wrote and no hash: of its 32 bytes so few are
// different, all of them nought for example, as of one hash in 2^100.
func placeholder(hash []byte) bool {
	seen := map[byte]bool{}
	for _, b := range hash {
		seen[b] = true
	}
	return len(seen) <= 8
}

func (h holder) live(now time.Time) bool { return h.expires.IsZero() || now.Before(h.expires) }

// Lookup returns the name and role of whoever holds the key, or false. How
// long it takes does not depend on how much of the key is right.
func (r *Ring) Lookup(key string, now time.Time) (name string, role Role, ok bool) {
	m := form.FindStringSubmatch(key)
	if m == nil {
		return "", "", false
	}
	h, known := r.byPrefix[m[1]]
	right := hmac.Equal(mac(r.pepper, key), h.hash)
	if !known || !right || !h.live(now) {
		return "", "", false
	}
	return h.name, h.role, true
}
