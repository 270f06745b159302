package bedrock

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/recommend"
)

// CheckStatus is the result of one check.
type CheckStatus string

// The results of a check. A warning does not fail a verification.
const (
	CheckOK      CheckStatus = "ok"
	CheckWarning CheckStatus = "warning"
	CheckFailed  CheckStatus = "failed"
)

// Check is one thing that was verified, in words for the operator. Unlike a
// diagnosis it may name the account: it is printed on the operator's terminal.
type Check struct {
	Name   string      `json:"name"` // credentials, key_age, region, model, identity, invoke, deny <action>
	Status CheckStatus `json:"status"`
	Detail string      `json:"detail"`           // what was found
	Advice string      `json:"advice,omitempty"` // what it means and what to do; "" when there is nothing to do
}

// VerifyOptions says what to verify.
type VerifyOptions struct {
	// Prove also attempts what the policy must deny. No attempt can have an
	// effect: those that would change something are sent without their content.
	Prove bool
}

// Verify checks the AWS side: whose keys, which region and model, and one call
// with max_tokens 10, which is billed and counted in no budget. Each check
// stands for itself, except that nothing is asked of AWS without keys.
func (c *Client) Verify(ctx context.Context, opts VerifyOptions) []Check {
	keys := c.checkKeys(ctx)
	checks := []Check{keys, c.checkRegion(), c.checkModel()}
	if age, ok := c.checkKeyAge(); ok {
		checks = slices.Insert(checks, 1, age)
	}
	if keys.Status == CheckFailed {
		return checks
	}
	checks = append(checks, c.checkIdentity(ctx), c.checkInvoke(ctx))
	if opts.Prove {
		checks = append(checks, c.proveAll(ctx)...)
	}
	return checks
}

func (c *Client) checkKeys(ctx context.Context) Check {
	keys, err := c.keys.Retrieve(ctx)
	if err != nil {
		return Check{"credentials", CheckFailed, err.Error(), verdictNoKeys.diagnosis}
	}
	check := Check{Name: "credentials", Status: CheckOK,
		Detail: fmt.Sprintf("access key %s from %s", masked(keys.AccessKeyID), keys.Source)}
	if strings.HasPrefix(keys.AccessKeyID, "ASIA") && keys.SessionToken == "" {
		check.Status, check.Advice = CheckFailed, "the key is temporary, but there is no session token with it"
	}
	return check
}

// maxKeyAge is how long the IAM guide lets an access key live.
const maxKeyAge = 90 * 24 * time.Hour

// checkKeyAge looks at the date of the keys in their file, if there is one:
// AWS does not tell a user the age of its own key.
func (c *Client) checkKeyAge() (Check, bool) {
	if c.cfg.Credentials.File == "" {
		return Check{}, false
	}
	made, err := keyDate(c.cfg.Credentials.File, cmp.Or(c.cfg.Credentials.Profile, defaultProfile))
	if err != nil {
		return Check{}, false // checkKeys says it
	}
	what := "the key file, which has no date in it, was written"
	if made.stated {
		what = "the key was made"
	}
	age := c.cfg.Now().Sub(made.at)
	check := Check{Name: "key_age", Status: CheckOK, Detail: fmt.Sprintf("%s %d days ago", what, int(age.Hours()/24))}
	if age > maxKeyAge {
		check.Status = CheckFailed
		check.Advice = "keys are to be rotated every 90 days: make a new one, replace the file, then delete the old one"
	}
	return check, true
}

// masked shows enough of an access key id to recognise it.
func masked(id string) string {
	if len(id) <= 8 {
		return "…"
	}
	return id[:4] + "…" + id[len(id)-4:]
}

func (c *Client) checkRegion() Check {
	where := cmp.Or(c.cfg.Endpoint, "the region's own endpoint")
	check := Check{Name: "region", Status: CheckOK, Detail: c.cfg.Region + ", " + where}
	if c.cfg.Provider == ProviderEmulator {
		check.Status, check.Advice = CheckWarning, "this is the emulator: nothing below says anything about AWS"
	}
	return check
}

func (c *Client) checkModel() Check {
	p := c.price()
	check := Check{Name: "model", Status: CheckOK, Detail: fmt.Sprintf("%s, %s and %s USD per million input and output tokens",
		c.cfg.ModelID, decimal.New(p.Input, -9), decimal.New(p.Output, -9))}
	if warning := c.spec.Warning(c.cfg.Now()); warning != "" {
		check.Status, check.Advice = CheckWarning, warning
	}
	return check
}

// checkIdentity asks STS, which needs no permission.
func (c *Client) checkIdentity(ctx context.Context) Check {
	opts := sts.Options{Region: c.cfg.Region, Credentials: c.keys, HTTPClient: c.http, Retryer: aws.NopRetryer{}}
	if c.cfg.Provider == ProviderEmulator {
		opts.BaseEndpoint = aws.String(c.cfg.Endpoint) // which answers for STS too
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	who, err := sts.New(opts).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Check{"identity", CheckFailed, said(err), "check the keys, the clock and the way to STS"}
	}
	check := Check{Name: "identity", Status: CheckOK, Detail: aws.ToString(who.Arn)}
	if strings.HasSuffix(check.Detail, ":root") {
		check.Status = CheckFailed
		check.Advice = "these are the keys of the account's root; delete them and make a user that may only invoke the model"
	}
	return check
}

// said is an error of AWS in its own words.
func said(err error) string {
	var api smithy.APIError
	var full *answered
	switch {
	case !errors.As(err, &api):
		return err.Error()
	case errors.As(err, &full):
		return api.ErrorCode() + ": " + full.message
	}
	return api.ErrorCode() + ": " + api.ErrorMessage()
}

// checkInvoke makes the call that the IAM guide tests with.
func (c *Client) checkInvoke(ctx context.Context) Check {
	answer, err := c.Invoke(ctx, recommend.ModelRequest{User: "Hi", MaxTokens: 10})
	var e *recommend.ModelError
	switch {
	case errors.As(err, &e):
		return Check{"invoke", CheckFailed, said(e.Err), e.Diagnosis}
	case err != nil:
		return Check{"invoke", CheckFailed, err.Error(), ""}
	case answer.Usage == nil:
		return Check{"invoke", CheckWarning, "answered without usage", "calls without usage are charged at their bound"}
	}
	u := answer.Usage
	return Check{Name: "invoke", Status: CheckOK, Detail: fmt.Sprintf("%d input and %d output tokens, %s USD, %d ms, request %s",
		u.InputTokens, u.OutputTokens, decimal.New(u.CostNano, -9), answer.Latency.Milliseconds(), answer.RequestID)}
}
