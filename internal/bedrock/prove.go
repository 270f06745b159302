package bedrock

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signingName is the service that requests to Bedrock are signed for.
const signingName = "bedrock"

// probe is a request that the service's user must not be allowed to make.
type probe struct {
	action  string // bedrock:ListFoundationModels, or an action with what it is on
	region  string // "": the configured one
	runtime bool   // on the runtime's host, not the control plane's
	method  string
	path    string
	body    string
}

// The models that stand for those the service has no business with: a dearer
// one of the same maker and one of another. A probe takes the first that is
// not the configured model.
var (
	otherClaudes = []string{"anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"}
	otherMaker   = "amazon.titan-text-lite-v1"
)

// probes are the requests that the IAM guide wants denied: other models, another region,
// streaming, and every action but InvokeModel. Bodies are empty objects: were
// one of them allowed after all, Bedrock would find it incomplete, and nothing
// would be billed or changed.
func (c *Client) probes() []probe {
	own := escapedModel(c.cfg.ModelID)
	invoke := func(what, region, model string) probe {
		return probe{"bedrock:InvokeModel " + what, region, true, http.MethodPost, "/model/" + model + "/invoke", "{}"}
	}
	runtime := func(action, operation string) probe {
		return probe{action, "", true, http.MethodPost, "/model/" + own + operation, "{}"}
	}
	control := func(action, method, path, body string) probe { return probe{action, "", false, method, path, body} }
	return []probe{
		invoke("on another Claude", "", escapedModel(c.otherClaude())),
		invoke("on another maker's model", "", otherMaker),
		invoke("in another region", c.otherRegion(), escapedModel(baseModel(c.cfg.ModelID))),
		runtime("bedrock:InvokeModelWithResponseStream", "/invoke-with-response-stream"),
		runtime("bedrock:CountTokens", "/count-tokens"),
		control("bedrock:ListFoundationModels", http.MethodGet, "/foundation-models", ""),
		control("bedrock:GetFoundationModel", http.MethodGet, "/foundation-models/"+own, ""),
		control("bedrock:ListModelCustomizationJobs", http.MethodGet, "/model-customization-jobs", ""),
		control("bedrock:GetModelCustomizationJob", http.MethodGet, "/model-customization-jobs/none", ""),
		control("bedrock:CreateModelCustomizationJob", http.MethodPost, "/model-customization-jobs", "{}"),
		control("bedrock:PutModelInvocationLoggingConfiguration", http.MethodPut, "/logging/modelinvocations", "{}"),
	}
}

// escapedModel writes a model id as a path segment, its colon included.
func escapedModel(id string) string { return strings.ReplaceAll(url.PathEscape(id), ":", "%3A") }

// baseModel is the foundation model behind an id or ARN, as far as the id says:
// profiles put a geography before it.
func baseModel(id string) string {
	id = shortID(id)
	if i := strings.Index(id, "anthropic."); i > 0 {
		return id[i:]
	}
	return id
}

func (c *Client) otherClaude() string {
	if baseModel(c.cfg.ModelID) == otherClaudes[0] {
		return otherClaudes[1]
	}
	return otherClaudes[0]
}

// otherRegion is one that no profile of the configured region routes to.
func (c *Client) otherRegion() string {
	if strings.HasPrefix(c.cfg.Region, "eu-") {
		return "us-east-1"
	}
	return "eu-central-1"
}

// proveAll makes the probes up to the first that is not denied: a policy that
// is too wide is not tried further.
func (c *Client) proveAll(ctx context.Context) []Check {
	var checks []Check
	for _, p := range c.probes() {
		check := c.prove(ctx, p)
		checks = append(checks, check)
		if check.Status == CheckFailed {
			break
		}
	}
	return checks
}

// prove makes a request and is content only with IAM's refusal. The same
// exception also says that the account has no access to a model, which IAM had
// allowed by then.
func (c *Client) prove(ctx context.Context, p probe) Check {
	check := Check{Name: "deny " + p.action, Status: CheckFailed}
	status, code, message, err := c.send(ctx, p)
	switch {
	case err != nil:
		check.Detail, check.Advice = err.Error(), "not proven: the request did not get through"
	case status == http.StatusForbidden && code == "AccessDeniedException" && strings.Contains(message, "not authorized to perform"):
		check.Status, check.Detail = CheckOK, "denied"
	case status < 300:
		check.Detail = fmt.Sprintf("allowed: status %d", status)
		check.Advice = "the policy is too wide: the user needs bedrock:InvokeModel on its model in its region alone; no probe was made after this one"
	default:
		check.Detail = strings.TrimSpace(fmt.Sprintf("not denied: status %d %s %s", status, code, message))
		check.Advice = "the policy let the request pass and something else refused it: narrow the policy; no probe was made after this one"
	}
	return check
}

// send signs and sends a probe, and returns the status and what AWS said.
func (c *Client) send(ctx context.Context, p probe) (status int, code, message string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, p.method, c.host(p)+p.path, bytes.NewReader([]byte(p.body)))
	if err != nil {
		return 0, "", "", err
	}
	req.Header.Set("Content-Type", "application/json")
	keys, err := c.keys.Retrieve(ctx)
	if err != nil {
		return 0, "", "", err
	}
	hash := sha256.Sum256([]byte(p.body))
	err = v4.NewSigner().SignHTTP(ctx, keys, req, hex.EncodeToString(hash[:]), signingName, cmp.Or(p.region, c.cfg.Region), c.cfg.Now())
	if err != nil {
		return 0, "", "", err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, "", "", err
	}
	defer resp.Body.Close()
	var said struct {
		Message string `json:"message"`
	}
	_ = json.NewDecoder(resp.Body).Decode(&said) // bounded by the transport; without a message nothing is proven
	_, _ = io.Copy(io.Discard, resp.Body)
	code, _, _ = strings.Cut(resp.Header.Get("x-amzn-ErrorType"), ":")
	return resp.StatusCode, code, said.Message, nil
}

// host is where a probe goes. A configured endpoint serves the runtime of one
// region, unless it is the emulator's, which answers for everything.
func (c *Client) host(p probe) string {
	own := p.runtime && p.region == "" || c.cfg.Provider == ProviderEmulator
	region := cmp.Or(p.region, c.cfg.Region)
	switch {
	case c.cfg.Endpoint != "" && own:
		return strings.TrimRight(c.cfg.Endpoint, "/")
	case p.runtime:
		return "https://bedrock-runtime." + region + ".amazonaws.com"
	}
	return "https://bedrock." + region + ".amazonaws.com"
}
