package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/bedrock/emulator"
)

func faults(t *testing.T, list string) emulator.Faults {
	t.Helper()
	f, err := emulator.ParseFaults(list)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestRefusalsOnDemand are those of the account, told apart by the text.
func TestRefusalsOnDemand(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	const why = "User: " + principal + " is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/" + haiku
	for fault, want := range map[string][2]string{
		"throttle_tokens": {"ThrottlingException", "Too many tokens, please wait before trying again."},
		"throttle_day":    {"ThrottlingException", "Too many tokens per day, please wait before trying again."},
		"denied":          {"AccessDeniedException", why + " because no identity-based policy allows the bedrock:InvokeModel action"},
		"explicit_deny":   {"AccessDeniedException", why + " with an explicit deny in an identity-based policy"},
		"no_access":       {"AccessDeniedException", "You don't have access to the model with the specified model ID."},
		"not_cleared":     {"ValidationException", "Operation not allowed"},
		"invalid_model":   {"ValidationException", "The provided model identifier is invalid."},
		"profile_only":    {"ValidationException", "Invocation of model ID " + haiku + " with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model."},
		"end_of_life":     {"ResourceNotFoundException", "This model version has reached the end of its life. Please refer to the AWS documentation for more details."},
		"legacy":          {"ResourceNotFoundException", "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock"},
	} {
		f.SetFaults(faults(t, fault+"=1"))
		_, err := f.invoke(t, haiku, guideBody)
		wantError(t, err, want[0], want[1])
	}
	if bill := f.Bill(); bill.NanoUSD != 0 {
		t.Errorf("bill %+v", bill)
	}
}

func TestErrorFaultsAreBedrocksErrorsAndCostNothing(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	tests := []struct{ fault, kind, message string }{
		{"throttle", "ThrottlingException", "Too many requests, please wait before trying again."},
		{"500", "InternalServerException", "The system encountered an unexpected error during processing. Try your request again."},
		{"503", "ServiceUnavailableException", "Bedrock is unable to process your request."},
		{"model_timeout", "ModelTimeoutException", "Model has timed out in processing the request. Try your request again."},
		{"model_error", "ModelErrorException", "The system encountered an unexpected error during processing. Try your request again."},
		{"not_ready", "ModelNotReadyException", "Model is not ready for inference. Wait and try your request again."},
		{"quota", "ServiceQuotaExceededException", "Your request exceeds the service quota for your account."},
		{"unknown_key", "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"expired_token", "ExpiredTokenException", "The security token included in the request is expired"},
	}
	for _, tc := range tests {
		f.SetFaults(faults(t, tc.fault+"=1"))
		_, err := f.invoke(t, haiku, guideBody)
		wantError(t, err, tc.kind, tc.message)
	}
	f.SetFaults(emulator.Faults{})
	if _, err := f.invoke(t, haiku, guideBody); err != nil {
		t.Errorf("after the faults: %v", err)
	}
	b := f.Bill()
	for _, tc := range tests {
		if b.Calls[tc.kind] != 1 {
			t.Errorf("%s was counted %d times", tc.kind, b.Calls[tc.kind])
		}
	}
	if b.Calls["ok"] != 1 || b.InputTokens != 9 || b.NanoUSD != 9*250+b.OutputTokens*1250 {
		t.Errorf("bill %+v", b)
	}
}

// TestDamagedResponsesAreBilled: the model ran, so Bedrock charges.
func TestDamagedResponsesAreBilled(t *testing.T) {
	for _, fault := range []string{"reset", "truncated_json", "no_usage", "negative_usage"} {
		f := start(t, leastPrivilege, func(c *emulator.Config) { c.Faults = faults(t, fault+"=1") })
		out, err := f.invoke(t, haiku, guideBody)
		switch fault {
		case "reset":
			if err == nil {
				t.Error("the body arrived whole")
			}
		case "truncated_json":
			if err != nil || json.Valid(out.Body) {
				t.Errorf("%v %s", err, out.Body)
			}
		case "no_usage":
			if err != nil || decode(t, out.Body).Usage != nil {
				t.Errorf("%v %s", err, out.Body)
			}
		case "negative_usage":
			if err != nil || decode(t, out.Body).Usage.InputTokens != -9 {
				t.Errorf("%v %s", err, out.Body)
			}
		}
		if b := f.Bill(); b.InputTokens != 9 || b.OutputTokens < 1 || b.Calls["ok"] != 1 {
			t.Errorf("%s: bill %+v", fault, b)
		}
	}
}

func TestHangEndsWithTheCallerAndIsBilled(t *testing.T) {
	f := start(t, leastPrivilege, func(c *emulator.Config) { c.Faults = faults(t, "timeout=1") })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // leaves when it has been billed, however long that takes
		for f.Bill().Calls["ok"] == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	req := signed(t, f.cred, "bedrock", region, time.Now(), func(r *http.Request) { r.Host = strings.TrimPrefix(f.url, "http://") })
	req.RequestURI = ""
	req.URL.Host = req.Host
	if _, err := http.DefaultClient.Do(req.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if b := f.Bill(); b.Calls["ok"] != 1 || b.NanoUSD == 0 {
		t.Errorf("bill %+v", b)
	}
}
