package bedrock

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeIdentity gives temporary keys, as the Pod Identity agent of a node and
// as STS do, to whoever shows the pod's token. The keys have expired when they
// come, so that each call needs new ones.
type fakeIdentity struct {
	token string
	given int
}

func (f *fakeIdentity) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := fmt.Sprintf("ASIAEXAMPLE%d", f.given+1)
	expires := time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
	switch {
	case r.URL.Path == "/v1/credentials" && r.Header.Get("Authorization") == f.token:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"AccessKeyId":%q,"SecretAccessKey":"secret","Token":"session","Expiration":%q}`, id, expires)
	case r.FormValue("Action") == "AssumeRoleWithWebIdentity" && r.FormValue("WebIdentityToken") == f.token &&
		r.FormValue("RoleArn") == "arn:aws:iam::111122223333:role/ballast":
		fmt.Fprintf(w, `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>`+
			`<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>`+
			`<Expiration>%s</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`, id, expires)
	default:
		http.Error(w, "wrong token", http.StatusForbidden)
		return
	}
	f.given++
}

// A role's keys reach the signature of each call, and new ones are asked for
// when they are over.
func TestWorkloadIdentity(t *testing.T) {
	for name, variables := range map[string]func(url, token string) map[string]string{
		"Pod Identity": func(url, token string) map[string]string {
			return map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token}
		},
		"IRSA": func(url, token string) map[string]string {
			return map[string]string{"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/ballast", "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ENDPOINT_URL_STS": url}
		},
	} {
		t.Run(name, func(t *testing.T) {
			identity := &fakeIdentity{token: "the pod's token"}
			server := httptest.NewServer(identity)
			defer server.Close()
			token := filepath.Join(t.TempDir(), "token")
			write(t, token, identity.token)
			onlyFrom(t, variables(server.URL, token))
			var used []string
			c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
				id, _, _ := strings.Cut(credential, "/")
				used = append(used, id+" "+r.Header.Get("X-Amz-Security-Token"))
				answering(goodAnswer)(w, r)
			}, func(cfg *Config) { cfg.Credentials = Credentials{} })
			for range 2 {
				if _, err := c.Invoke(t.Context(), simpleRequest); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]string{"ASIAEXAMPLE1 session", "ASIAEXAMPLE2 session"}, used); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

// onlyFrom makes these variables all that the SDK's chain finds.
func onlyFrom(t *testing.T, variables map[string]string) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for name, value := range variables {
		t.Setenv(name, value)
	}
}
