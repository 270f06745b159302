package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest writes the request in the form that is signed. The hash is
// that of the body which came, whatever a header claims.
func canonicalRequest(r *http.Request, body []byte, signedHeaders []string) (string, *wireError) {
	if !slices.ContainsFunc(signedHeaders, namesHost) {
		return "", invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	if !slices.IsSorted(signedHeaders) {
		return "", invalidSignature("SignedHeaders are not in alphabetical order.") // from memory
	}
	var b strings.Builder
	b.WriteString(r.Method + "\n" + canonicalPath(r.URL) + "\n" + canonicalQuery(r.URL.RawQuery) + "\n")
	for _, name := range signedHeaders {
		b.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	sum := sha256.Sum256(body)
	b.WriteString("\n" + strings.Join(signedHeaders, ";") + "\n" + hex.EncodeToString(sum[:]))
	return b.String(), nil
}

// canonicalPath encodes the path as it came once more, as every service but S3
// does, after taking out empty and dotted segments.
func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	var kept []string
	for seg := range strings.SplitSeq(path, "/") {
		switch seg {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, uriEncode(seg))
		}
	}
	out := "/" + strings.Join(kept, "/")
	if len(kept) > 0 && strings.HasSuffix(path, "/") {
		out += "/"
	}
	return out
}

// canonicalQuery sorts the parameters by their encoded names and values.
func canonicalQuery(raw string) string {
	var params []string
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		params = append(params, recode(key)+"="+recode(value))
	}
	slices.Sort(params)
	return strings.Join(params, "&")
}

// recode gives a query component the one encoding that is signed.
func recode(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return uriEncode(plain)
	}
	return uriEncode(s)
}

// namesHost: over HTTP/2 the host is a pseudo-header, which some SDKs sign.
func namesHost(header string) bool { return header == "host" || header == ":authority" }

// canonicalHeader joins the values of a header, trimmed and with runs of
// blanks made one.
func canonicalHeader(r *http.Request, name string) string {
	values := r.Header.Values(name)
	switch {
	case namesHost(name):
		values = []string{r.Host}
	case name == "content-length" && len(values) == 0:
		values = []string{strconv.FormatInt(r.ContentLength, 10)}
	}
	clean := make([]string, len(values))
	for i, v := range values {
		clean[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(clean, ",")
}

const upperHex = "0123456789ABCDEF"

// uriEncode escapes everything but RFC 3986's unreserved characters.
func uriEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
	}
	return b.String()
}
