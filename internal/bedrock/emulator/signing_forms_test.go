package emulator_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// chunked is a body in the form of aws-chunked, of one piece and the end.
func chunked(body string) string {
	signature := strings.Repeat("0", 64)
	return fmt.Sprintf("%x;chunk-signature=%s\r\n%s\r\n0;chunk-signature=%s\r\n\r\n", len(body), signature, body, signature)
}

// The forms of signing that S3 takes are refused as by a service that does not
// know them, though the key is good and the signature right in its form.
func TestOtherFormsOfSigning(t *testing.T) {
	const streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	hash := func(body string) string {
		sum := sha256.Sum256([]byte(body))
		return hex.EncodeToString(sum[:])
	}
	f := start(t, everything, atSigningTime)
	keys := aws.Credentials{AccessKeyID: f.cred.AccessKeyID, SecretAccessKey: f.cred.Secret}
	for name, tc := range map[string]struct {
		body, signed string // what is sent, and the hash that is signed
		claims       string // X-Amz-Content-Sha256
		coding       string
		presigned    bool
		status       int
		kind         string
	}{
		"the hash, told":         {guideBody, hash(guideBody), hash(guideBody), "", false, 200, ""},
		"another hash, told":     {guideBody, hash(guideBody), hash("{}"), "", false, 200, ""}, // what came counts
		"presigned":              {guideBody, hash(guideBody), "", "", true, 403, "MissingAuthenticationTokenException"},
		"presigned and unsigned": {guideBody, "UNSIGNED-PAYLOAD", "", "", true, 403, "MissingAuthenticationTokenException"},
		"unsigned":               {guideBody, "UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD", "", false, 403, "InvalidSignatureException"},
		"unsigned, untold":       {guideBody, "UNSIGNED-PAYLOAD", "", "", false, 403, "InvalidSignatureException"},
		"in pieces":              {chunked(guideBody), streaming, streaming, "aws-chunked", false, 403, "InvalidSignatureException"},
		"in pieces with a trailer": {chunked(guideBody) + "x-amz-checksum-crc32:AAAAAA==\r\n", streaming + "-TRAILER", streaming + "-TRAILER", "aws-chunked", false,
			403, "InvalidSignatureException"},
		"in unsigned pieces":   {chunked(guideBody), "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "aws-chunked", false, 403, "InvalidSignatureException"},
		"pieces, signed whole": {chunked(guideBody), hash(chunked(guideBody)), "", "", false, 400, "ValidationException"}, // which are no JSON
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "http://bedrock-runtime.us-east-2.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke", strings.NewReader(tc.body))
			r.Header.Set("Content-Type", "application/json")
			for name, value := range map[string]string{"X-Amz-Content-Sha256": tc.claims, "Content-Encoding": tc.coding} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			signer := v4.NewSigner()
			if tc.presigned {
				url, _, err := signer.PresignHTTP(t.Context(), keys, r, tc.signed, "bedrock", region, signedAt)
				if err != nil {
					t.Fatal(err)
				}
				r = httptest.NewRequest(http.MethodPost, url, strings.NewReader(tc.body))
				r.Header.Set("Content-Type", "application/json")
			} else if err := signer.SignHTTP(t.Context(), keys, r, tc.signed, "bedrock", region, signedAt); err != nil {
				t.Fatal(err)
			}
			if status, kind, text := serve(t, f, r); status != tc.status || kind != tc.kind {
				t.Errorf("%d %s %q, want %d %s", status, kind, text, tc.status, tc.kind)
			}
		})
	}
}
