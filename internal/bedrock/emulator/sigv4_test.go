package emulator_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/bedrock/emulator"
)

var signedAt = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// signed makes a guide request signed by the AWS SDK's signer; change may
// alter it before it is signed.
func signed(t *testing.T, cred emulator.Credential, service, region string, at time.Time, change func(*http.Request)) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://bedrock-runtime.us-east-2.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke", strings.NewReader(guideBody))
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	sum := sha256.Sum256([]byte(guideBody))
	keys := aws.Credentials{AccessKeyID: cred.AccessKeyID, SecretAccessKey: cred.Secret, SessionToken: cred.SessionToken}
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, r, hex.EncodeToString(sum[:]), service, region, at); err != nil {
		t.Fatal(err)
	}
	return r
}

// serve gives the error type, without its namespace, and the message.
func serve(t *testing.T, f *fixture, r *http.Request) (status int, kind, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	var body struct {
		Message string `json:"message"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	kind, namespace, _ := strings.Cut(w.Header().Get("X-Amzn-Errortype"), ":")
	if kind != "" && namespace != "http://internal.amazon.com/coral/com.amazon.bedrock/" {
		t.Errorf("error type namespace %q", namespace)
	}
	return w.Code, kind, body.Message
}

func atSigningTime(c *emulator.Config) { c.Now = func() time.Time { return signedAt } }

const badSecret = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

func TestSignaturesThatAreRefused(t *testing.T) {
	f := start(t, everything, atSigningTime)
	other, unknown := f.cred, credential(t, 7)
	other.Secret = "x" + other.Secret[1:]
	header := func(change func(value string) string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", change(r.Header.Get("Authorization"))) }
	}
	tests := map[string]struct {
		cred            emulator.Credential
		service, region string
		at              time.Time
		after           func(*http.Request) // the signature
		kind, message   string              // message may be a prefix
	}{
		"none":            {after: func(r *http.Request) { r.Header.Del("Authorization") }, kind: "MissingAuthenticationTokenException", message: "Missing Authentication Token"},
		"bearer":          {after: header(func(string) string { return "Bearer abc" }), kind: "AccessDeniedException", message: "Authentication failed: Please make sure your API Key is valid."},
		"unknown key":     {cred: unknown, kind: "UnrecognizedClientException", message: "The security token included in the request is invalid."},
		"wrong secret":    {cred: other, kind: "InvalidSignatureException", message: badSecret + "\n\nThe Canonical String for this request should have been\n'POST\n/model/anthropic.claude-3-haiku-20240307-v1%253A0/invoke\n\ncontent-length:102\ncontent-type:application/json\nhost:bedrock-runtime.us-east-2.amazonaws.com\nx-amz-date:20261120T120000Z\n"},
		"stray token":     {after: func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", "abc") }, kind: "UnrecognizedClientException", message: "The security token included in the request is invalid."},
		"too old":         {at: signedAt.Add(-5*time.Minute - time.Second), kind: "InvalidSignatureException", message: "Signature expired: 20261120T115459Z is now earlier than 20261120T115500Z (20261120T120000Z - 5 min.)"},
		"from the future": {at: signedAt.Add(5*time.Minute + time.Second), kind: "InvalidSignatureException", message: "Signature not yet current: 20261120T120501Z is still later than 20261120T120500Z (20261120T120000Z + 5 min.)"},
		"other service":   {service: "bedrock-runtime", kind: "InvalidSignatureException", message: "Credential should be scoped to correct service: 'bedrock'. "},
		"no region":       {region: "nowhere", kind: "InvalidSignatureException", message: "Credential should be scoped to a valid region, not 'nowhere'. "},
		"terminator":      {after: header(func(v string) string { return strings.Replace(v, "aws4_request", "aws5", 1) }), kind: "InvalidSignatureException", message: "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'."},
		"other day":       {after: header(func(v string) string { return strings.Replace(v, "/20261120/", "/20261119/", 1) }), kind: "InvalidSignatureException", message: "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261119' != '20261120', from '20261120T120000Z'."},
		"host not signed": {after: header(func(v string) string { return strings.Replace(v, ";host", "", 1) }), kind: "InvalidSignatureException", message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		"unsorted headers": {after: header(func(v string) string {
			return strings.Replace(v, "content-length;content-type", "content-type;content-length", 1)
		}), kind: "InvalidSignatureException", message: "SignedHeaders are not"},
		"short scope":     {after: header(func(v string) string { return strings.Replace(v, "/us-east-2/bedrock", "", 1) }), kind: "IncompleteSignatureException", message: "Credential must have exactly 5"},
		"no signature":    {after: header(func(v string) string { return v[:strings.Index(v, ", Signature")] }), kind: "IncompleteSignatureException", message: "Authorization header requires 'Signature' parameter."},
		"other algorithm": {after: header(func(v string) string { return "AWS4-HMAC-MD5" + strings.TrimPrefix(v, "AWS4-HMAC-SHA256") }), kind: "IncompleteSignatureException", message: "Authorization header requires the algorithm"},
		"no date":         {after: func(r *http.Request) { r.Header.Del("X-Amz-Date") }, kind: "IncompleteSignatureException", message: "Date must be in ISO-8601"},
		"changed body": {after: func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(guideBody, "Hi", "Ho", 1)))
		}, kind: "InvalidSignatureException", message: badSecret},
		"changed path": {after: func(r *http.Request) {
			r.URL.RawPath = strings.Replace(r.URL.RawPath, "haiku", "opus", 1)
			r.URL.Path = strings.Replace(r.URL.Path, "haiku", "opus", 1)
		}, kind: "InvalidSignatureException", message: badSecret},
		"changed query":  {after: func(r *http.Request) { r.URL.RawQuery = "a=b" }, kind: "InvalidSignatureException", message: badSecret},
		"changed method": {after: func(r *http.Request) { r.Method = http.MethodPut }, kind: "InvalidSignatureException", message: badSecret},
		"changed header": {after: func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, kind: "InvalidSignatureException", message: badSecret},
		"changed host":   {after: func(r *http.Request) { r.Host = "example.com" }, kind: "InvalidSignatureException", message: badSecret},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			cred, service, reg, at := f.cred, "bedrock", region, signedAt
			if tc.cred.Secret != "" {
				cred = tc.cred
			}
			if tc.service != "" {
				service = tc.service
			}
			if tc.region != "" {
				reg = tc.region
			}
			if !tc.at.IsZero() {
				at = tc.at
			}
			r := signed(t, cred, service, reg, at, nil)
			if tc.after != nil {
				tc.after(r)
			}
			status, kind, text := serve(t, f, r)
			if status != http.StatusForbidden || kind != tc.kind || !strings.HasPrefix(text, tc.message) {
				t.Errorf("got  %d %s %q\nwant 403 %s %q", status, kind, text, tc.kind, tc.message)
			}
		})
	}
}

func TestSignaturesThatAreAccepted(t *testing.T) {
	f := start(t, everything, atSigningTime)
	tests := map[string]struct {
		at     time.Time
		change func(*http.Request)
	}{
		"plain":           {at: signedAt},
		"five minutes":    {at: signedAt.Add(-5 * time.Minute)},
		"ahead":           {at: signedAt.Add(5 * time.Minute)},
		"query":           {at: signedAt, change: func(r *http.Request) { r.URL.RawQuery = "b=2&a=%20x&a=%C3%A9&c" }},
		"blanks":          {at: signedAt, change: func(r *http.Request) { r.Header.Set("X-Amz-Meta-A", "  a   b ") }},
		"several values":  {at: signedAt, change: func(r *http.Request) { r.Header["X-Amz-Meta-B"] = []string{"z", "a"} }},
		"unescaped colon": {at: signedAt, change: func(r *http.Request) { r.URL.RawPath = "" }},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if status, kind, text := serve(t, f, signed(t, f.cred, "bedrock", region, tc.at, tc.change)); status != http.StatusOK {
				t.Errorf("%d %s %s", status, kind, text)
			}
		})
	}
}

func TestTemporaryCredentials(t *testing.T) {
	temporary := credential(t, 3)
	temporary.SessionToken, temporary.Expires = "token", signedAt.Add(time.Hour)
	f := start(t, everything, func(c *emulator.Config) {
		atSigningTime(c)
		c.Credentials = []emulator.Credential{temporary}
	})
	if status, kind, _ := serve(t, f, signed(t, temporary, "bedrock", region, signedAt, nil)); status != http.StatusOK {
		t.Errorf("with its token: %d %s", status, kind)
	}
	withoutToken := temporary
	withoutToken.SessionToken = ""
	if _, kind, _ := serve(t, f, signed(t, withoutToken, "bedrock", region, signedAt, nil)); kind != "UnrecognizedClientException" {
		t.Errorf("without its token: %s", kind)
	}
	temporary.Expires = signedAt
	f.SetCredentials([]emulator.Credential{temporary})
	if _, kind, text := serve(t, f, signed(t, temporary, "bedrock", region, signedAt, nil)); kind != "ExpiredTokenException" || text != "The security token included in the request is expired" {
		t.Errorf("expired: %s %s", kind, text)
	}
}

func TestRotationTakesEffectAtOnce(t *testing.T) {
	f := start(t, everything, atSigningTime)
	next := credential(t, 4)
	f.SetCredentials([]emulator.Credential{next})
	if _, kind, _ := serve(t, f, signed(t, f.cred, "bedrock", region, signedAt, nil)); kind != "UnrecognizedClientException" {
		t.Errorf("the old key: %q", kind)
	}
	if status, _, _ := serve(t, f, signed(t, next, "bedrock", region, signedAt, nil)); status != http.StatusOK {
		t.Errorf("the new key: %d", status)
	}
}

// TestEverySignatureOfTheSDKVerifies: whatever the path, query and headers,
// and a single changed byte of the signature is noticed.
func TestEverySignatureOfTheSDKVerifies(t *testing.T) {
	f := start(t, everything, atSigningTime)
	rapid.Check(t, func(rt *rapid.T) {
		segment := rapid.StringMatching(`[a-zA-Z0-9 ~:/+=@éß%.-]{1,12}`).Draw(rt, "segment")
		value := rapid.StringMatching(`[ -~]{0,20}`).Draw(rt, "value")
		r := signed(t, f.cred, "bedrock", region, signedAt, func(r *http.Request) {
			r.URL.Path = "/model/" + segment + "/invoke"
			r.URL.RawPath = ""
			r.URL = r.URL.JoinPath()
			q := r.URL.Query()
			q.Set(segment, value)
			r.URL.RawQuery = q.Encode()
			r.Header.Set("X-Amz-Test", value)
		})
		body := bytes.Clone([]byte(guideBody))
		_, kind, text := serve(t, f, r)
		if kind == "InvalidSignatureException" {
			rt.Fatalf("%s %s", kind, text)
		}
		auth := []byte(r.Header.Get("Authorization"))
		last := auth[len(auth)-1]
		auth[len(auth)-1] = map[bool]byte{true: '1', false: '0'}[last == '0']
		r.Header.Set("Authorization", string(auth))
		r.Body = io.NopCloser(bytes.NewReader(body))
		if _, kind, _ := serve(t, f, r); kind != "InvalidSignatureException" {
			rt.Fatalf("a forged signature passed: %q", kind)
		}
	})
}
