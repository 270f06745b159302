package emulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestPublishedSignatures are vectors of AWS's Signature Version 4 test suite.
func TestPublishedSignatures(t *testing.T) {
	const (
		secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	)
	at := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	tests := map[string]struct {
		method, target, body string
		headers              map[string]string
		signed, want         string
	}{
		"get-vanilla":                      {method: http.MethodGet, target: "/", signed: "host;x-amz-date", want: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		"post-vanilla":                     {method: "POST", target: "/", signed: "host;x-amz-date", want: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		"get-vanilla-query-order-key-case": {method: "GET", target: "/?Param2=value2&Param1=value1", signed: "host;x-amz-date", want: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		"get-vanilla-utf8-query":           {method: "GET", target: "/?ሴ=bar", signed: "host;x-amz-date", want: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		"get-header-value-trim": {method: "GET", target: "/", headers: map[string]string{"My-Header1": " value1", "My-Header2": ` "a   b   c"`},
			signed: "host;my-header1;my-header2;x-amz-date", want: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		"post-x-www-form-urlencoded": {method: "POST", target: "/", body: "Param1=value1", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			signed: "content-type;host;x-amz-date", want: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(tc.method, "/", strings.NewReader(tc.body))
			_, r.URL.RawQuery, _ = strings.Cut(tc.target, "?")
			r.Host = "example.amazonaws.com"
			r.Header.Set("X-Amz-Date", at.Format(timeForm))
			for k, v := range tc.headers {
				r.Header.Set(k, v)
			}
			auth, fault := parseAuthorization("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" + tc.signed + ", Signature=" + tc.want)
			if fault != nil {
				t.Fatal(fault)
			}
			canonical, fault := canonicalRequest(r, []byte(tc.body), auth.headers)
			if fault != nil {
				t.Fatal(fault)
			}
			if fault := auth.checkSignature(secret, canonical, at); fault != nil {
				t.Error(fault)
			}
		})
	}
}

// TestTheHostOfHTTP2 is signed under its own name, first of all.
func TestTheHostOfHTTP2(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Host = "127.0.0.1:9191"
	got, fault := canonicalRequest(r, nil, []string{":authority", "content-length"})
	if want := "POST\n/\n\n:authority:127.0.0.1:9191\ncontent-length:0\n\n:authority;content-length\n"; fault != nil || !strings.HasPrefix(got, want) {
		t.Errorf("%v in\n%s", fault, got)
	}
}

func TestCanonicalPath(t *testing.T) {
	for raw, want := range map[string]string{
		"/":                     "/",
		"/model/a.b-v1%3A0/x":   "/model/a.b-v1%253A0/x",
		"/model/a:0/x":          "/model/a%3A0/x",
		"//model//x/":           "/model/x/",
		"/a/../b/./c":           "/b/c",
		"/model/arn%3Aa%2Fb/in": "/model/arn%253Aa%252Fb/in",
	} {
		r := httptest.NewRequest("GET", raw, nil)
		if got := canonicalPath(r.URL); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}

func FuzzParseAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=ab")
	f.Add("AWS4-HMAC-SHA256 Credential=/////,SignedHeaders=;,Signature==")
	f.Fuzz(func(t *testing.T, header string) {
		a, fault := parseAuthorization(header)
		if fault == nil && (len(a.headers) == 0 || a.signature == "") {
			t.Errorf("%q gave %+v", header, a)
		}
		if fault != nil && (fault.status != 403 || fault.kind != "IncompleteSignatureException") {
			t.Errorf("%q gave %v", header, fault)
		}
	})
}
