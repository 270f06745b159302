package emulator_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// AWS's SDK for JavaScript speaks HTTP/2 without TLS, signs that protocol's
// name of the host, and makes its own classes of the errors.
func TestSDKForJavaScript(t *testing.T) {
	if _, err := os.Stat("../../../node_modules/@aws-sdk/client-bedrock-runtime"); err != nil {
		t.Skip("the npm packages are not installed: npm ci")
	}
	f := start(t, leastPrivilege, nil)
	cmd := exec.CommandContext(t.Context(), "node", "testdata/javascript/calls.mjs")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "AWS_ENDPOINT_URL_BEDROCK_RUNTIME=" + f.url,
		"AWS_ACCESS_KEY_ID=" + f.cred.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + f.cred.Secret,
	}
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	want := map[string]string{
		"the guide's call": "ok", "too many tokens": "ValidationException", "no content type": "ValidationException",
		"another model": "AccessDeniedException", "another region": "AccessDeniedException",
		"streaming": "AccessDeniedException", "converse stream": "AccessDeniedException", "count tokens": "AccessDeniedException",
		"unknown key": "UnrecognizedClientException", "wrong secret": "InvalidSignatureException", "stray token": "UnrecognizedClientException",
		"clock an hour behind": "InvalidSignatureException", "bearer token": "AccessDeniedException",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}
