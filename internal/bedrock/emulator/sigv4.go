package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The fixed words of Signature Version 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeForm   = "20060102T150405Z"
	dateForm   = "20060102"
)

// scope is the credential scope that a signature is good for.
type scope struct{ date, region, service, end string }

func (s scope) String() string { return s.date + "/" + s.region + "/" + s.service + "/" + s.end }

// authorization is a parsed Authorization header.
type authorization struct {
	keyID     string
	scope     scope
	headers   []string // signed, in lower case, as given
	signature string
}

// parseAuthorization reads "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…,
// Signature=…". The error texts are from memory, but for their type.
func parseAuthorization(value string) (authorization, *wireError) {
	name, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	if name != algorithm {
		return authorization{}, incomplete("Authorization header requires the algorithm '%s'.", algorithm)
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		key, val, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, again := fields[key]; !ok || again {
			return authorization{}, incomplete("Authorization header is not a list of distinct key=value pairs.")
		}
		fields[key] = val
	}
	for _, key := range []string{"Credential", "SignedHeaders", "Signature"} {
		if fields[key] == "" {
			return authorization{}, incomplete("Authorization header requires '%s' parameter.", key)
		}
	}
	parts := strings.Split(fields["Credential"], "/")
	if len(parts) < 5 {
		return authorization{}, incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
	}
	n := len(parts)
	return authorization{
		keyID:     strings.Join(parts[:n-4], "/"),
		scope:     scope{parts[n-4], parts[n-3], parts[n-2], parts[n-1]},
		headers:   strings.Split(fields["SignedHeaders"], ";"),
		signature: fields["Signature"],
	}, nil
}

func incomplete(format string, args ...any) *wireError {
	return newError(http.StatusForbidden, "IncompleteSignatureException", format, args...)
}

func invalidSignature(format string, args ...any) *wireError {
	return newError(http.StatusForbidden, "InvalidSignatureException", format, args...)
}

// signedTime is when the request says it was signed.
func signedTime(r *http.Request) (time.Time, *wireError) {
	value := r.Header.Get("X-Amz-Date")
	if value != "" {
		if t, err := time.Parse(timeForm, value); err == nil {
			return t, nil
		}
	} else if t, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		return t.UTC(), nil
	}
	return time.Time{}, incomplete("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", value)
}

// checkScope compares the credential scope with what it must be.
func (a authorization) checkScope(services []string, signed time.Time) *wireError {
	date := signed.Format(dateForm)
	switch {
	case a.scope.end != terminator:
		return invalidSignature("Credential should be scoped with a valid terminator: '%s', not '%s'.", terminator, a.scope.end)
	case !slices.Contains(services, a.scope.service):
		return invalidSignature("Credential should be scoped to correct service: '%s'. ", services[0])
	case !regionForm.MatchString(a.scope.region):
		return invalidSignature("Credential should be scoped to a valid region, not '%s'. ", a.scope.region)
	case a.scope.date != date:
		return invalidSignature("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.", a.scope.date, date, signed.Format(timeForm))
	}
	return nil
}

// checkSkew refuses signatures that are too old, or from the future.
func checkSkew(signed, now time.Time, limit time.Duration) *wireError {
	minutes := int(limit / time.Minute)
	at, current := signed.Format(timeForm), now.UTC().Format(timeForm)
	oldest, newest := now.UTC().Add(-limit), now.UTC().Add(limit)
	switch {
	case signed.Before(oldest.Truncate(time.Second)):
		return invalidSignature("Signature expired: %s is now earlier than %s (%s - %d min.)", at, oldest.Format(timeForm), current, minutes)
	case signed.After(newest):
		return invalidSignature("Signature not yet current: %s is still later than %s (%s + %d min.)", at, newest.Format(timeForm), current, minutes)
	}
	return nil
}

// checkSignature computes the signature anew and compares in constant time.
func (a authorization) checkSignature(secret, canonical string, signed time.Time) *wireError {
	digest := sha256.Sum256([]byte(canonical))
	toSign := algorithm + "\n" + signed.Format(timeForm) + "\n" + a.scope.String() + "\n" + hex.EncodeToString(digest[:])
	want := hex.EncodeToString(mac(a.scope.key(secret), toSign))
	if hmac.Equal([]byte(want), []byte(a.signature)) {
		return nil
	}
	return invalidSignature("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'%s'\n\nThe String-to-Sign should have been\n'%s'\n", canonical, toSign)
}

// key derives the signing key.
func (s scope) key(secret string) []byte {
	k := []byte("AWS4" + secret)
	for _, part := range []string{s.date, s.region, s.service, s.end} {
		k = mac(k, part)
	}
	return k
}

func mac(key []byte, data string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(data))
	return h.Sum(nil)
}
