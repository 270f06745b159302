package iam

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operandKind is the type of a condition's values.
type operandKind byte

const (
	stringOperand operandKind = iota
	boolOperand
	numberOperand
	dateOperand
	ipOperand
	binaryOperand
	arnOperand
)

// valid reports whether a policy may compare with s. Text with a variable is
// checked when it is resolved.
func (k operandKind) valid(s string) bool {
	ok := true
	switch {
	case strings.Contains(s, "${"):
	case k == boolOperand:
		_, ok = parseBool(s)
	case k == numberOperand:
		_, ok = parseNumber(s)
	case k == dateOperand:
		_, ok = parseDate(s)
	case k == ipOperand:
		_, ok = parseNetwork(s)
	case k == arnOperand:
		ok = len(splitARN(s, false)) == arnParts
	case k == binaryOperand:
		_, err := base64.StdEncoding.DecodeString(s)
		ok = err == nil
	}
	return ok
}

func equals(sc scope, want, have string) bool {
	g, ok := sc.glob(want, false)
	return ok && string(g) == have
}

func equalsFold(sc scope, want, have string) bool {
	g, ok := sc.glob(want, false)
	return ok && strings.EqualFold(string(g), have)
}

func like(sc scope, want, have string) bool {
	g, ok := sc.glob(want, true)
	return ok && g.matches(have)
}

// arnLike compares all six parts, each by itself. ArnEquals does the same.
func arnLike(sc scope, want, have string) bool {
	parts, ok := sc.arn(want)
	return ok && len(parts) == arnParts && matchARN(parts, have)
}

// resolved applies test to the policy's value with its variables filled in.
func resolved(sc scope, want string, test func(want string) bool) bool {
	g, ok := sc.glob(want, false)
	return ok && test(string(g))
}

func sameBool(sc scope, want, have string) bool {
	return resolved(sc, want, func(want string) bool {
		w, ok := parseBool(want)
		h, known := parseBool(have)
		return ok && known && w == h
	})
}

func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

func sameBinary(sc scope, want, have string) bool {
	w, errWant := base64.StdEncoding.DecodeString(want)
	h, errHave := base64.StdEncoding.DecodeString(have)
	return errWant == nil && errHave == nil && bytes.Equal(w, h)
}

// numeric compares the request's number with the policy's.
func numeric(hit func(order int) bool) func(scope, string, string) bool {
	return func(sc scope, want, have string) bool {
		return resolved(sc, want, func(want string) bool {
			w, ok := parseNumber(want)
			h, known := parseNumber(have)
			return ok && known && hit(h.Cmp(w))
		})
	}
}

// parseNumber reads a decimal number exactly; an exponent, a fraction bar or
// another base is none.
func parseNumber(s string) (*big.Rat, bool) {
	if strings.Trim(s, "+-.0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func date(hit func(order int) bool) func(scope, string, string) bool {
	return func(sc scope, want, have string) bool {
		return resolved(sc, want, func(want string) bool {
			w, ok := parseDate(want)
			h, known := parseDate(have)
			return ok && known && hit(h.Compare(w))
		})
	}
}

// parseDate reads the ISO 8601 forms of the W3C profile, or seconds since 1970.
func parseDate(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) > 4 {
		return time.Unix(n, 0), true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func inNetwork(sc scope, want, have string) bool {
	return resolved(sc, want, func(want string) bool {
		net, ok := parseNetwork(want)
		ip, err := netip.ParseAddr(have)
		return ok && err == nil && net.Contains(ip.Unmap())
	})
}

// parseNetwork reads an address or a CIDR block.
func parseNetwork(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(ip, ip.BitLen()), true
}
