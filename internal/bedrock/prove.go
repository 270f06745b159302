package bedrock

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	runtime bool   // on the runtime's host, not the control plane's
	method  string
	path    string
	body    string
}

// probes are the actions that the IAM guide wants denied, and the model of
// another maker. Bodies are empty objects: were one of them allowed after all,
// Bedrock would find it incomplete.
func (c *Client) probes() []probe {
	model := url.PathEscape(c.cfg.ModelID)
	model = strings.ReplaceAll(model, ":", "%3A")
	return []probe{
		{"bedrock:ListFoundationModels", false, http.MethodGet, "/foundation-models", ""},
		{"bedrock:GetFoundationModel", false, http.MethodGet, "/foundation-models/" + model, ""},
		{"bedrock:ListModelCustomizationJobs", false, http.MethodGet, "/model-customization-jobs", ""},
		{"bedrock:GetModelCustomizationJob", false, http.MethodGet, "/model-customization-jobs/none", ""},
		{"bedrock:CreateModelCustomizationJob", false, http.MethodPost, "/model-customization-jobs", "{}"},
		{"bedrock:PutModelInvocationLoggingConfiguration", false, http.MethodPut, "/logging/modelinvocations", "{}"},
		{"bedrock:InvokeModelWithResponseStream", true, http.MethodPost, "/model/" + model + "/invoke-with-response-stream", "{}"},
		{"bedrock:InvokeModel on another maker's model", true, http.MethodPost, "/model/amazon.titan-text-lite-v1/invoke", "{}"},
	}
}

// prove makes a request and is content only with AccessDeniedException.
func (c *Client) prove(ctx context.Context, p probe) Check {
	check := Check{Name: "deny " + p.action}
	status, code, err := c.send(ctx, p)
	switch {
	case err != nil:
		check.Status, check.Detail, check.Advice = CheckFailed, err.Error(), "not proven: the request did not get through"
	case status == http.StatusForbidden && code == "AccessDeniedException":
		check.Status, check.Detail = CheckOK, "denied"
	case status < 300:
		check.Status, check.Detail = CheckFailed, fmt.Sprintf("allowed: status %d", status)
		check.Advice = "take the action out of the user's policies; it needs bedrock:InvokeModel on its model alone"
	default:
		check.Status, check.Detail = CheckFailed, fmt.Sprintf("not denied: status %d %s", status, code)
		check.Advice = "the request was refused for another reason than the policy; check the user's policies for this action"
	}
	return check
}

// send signs and sends a probe, and returns the status and the error type.
func (c *Client) send(ctx context.Context, p probe) (status int, code string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, p.method, c.host(p)+p.path, bytes.NewReader([]byte(p.body)))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	keys, err := c.keys.Retrieve(ctx)
	if err != nil {
		return 0, "", err
	}
	hash := sha256.Sum256([]byte(p.body))
	err = v4.NewSigner().SignHTTP(ctx, keys, req, hex.EncodeToString(hash[:]), signingName, c.cfg.Region, c.cfg.Now())
	if err != nil {
		return 0, "", err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // bounded by the transport
	code, _, _ = strings.Cut(resp.Header.Get("x-amzn-ErrorType"), ":")
	return resp.StatusCode, code, nil
}

// host is where a probe goes: the configured endpoint answers for both planes.
func (c *Client) host(p probe) string {
	switch {
	case c.cfg.Endpoint != "":
		return strings.TrimRight(c.cfg.Endpoint, "/")
	case p.runtime:
		return "https://bedrock-runtime." + c.cfg.Region + ".amazonaws.com"
	}
	return "https://bedrock." + c.cfg.Region + ".amazonaws.com"
}
