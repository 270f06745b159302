package emulator_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/bedrock/emulator"
)

// message is the answer as a client reads it.
type message struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Role    string `json:"role"`
	Model   string `json:"model"`
	Content []struct {
		Type  string          `json:"type"`
		Text  string          `json:"text"`
		Name  string          `json:"name"`
		Input json.RawMessage `json:"input"`
	} `json:"content"`
	StopReason   string  `json:"stop_reason"`
	StopSequence *string `json:"stop_sequence"`
	Usage        *struct {
		InputTokens  int `json:"input_tokens"`
		OutputTokens int `json:"output_tokens"`
	} `json:"usage"`
}

func decode(t *testing.T, body []byte) message {
	t.Helper()
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return m
}

func TestGuideCommandAnswers(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	for _, model := range []string{haiku, "arn:aws:bedrock:us-east-2::foundation-model/" + haiku} {
		out, err := f.invoke(t, model, guideBody)
		if err != nil {
			t.Fatal(err)
		}
		m := decode(t, out.Body)
		if !regexp.MustCompile(`^msg_bdrk_01[0-9A-Za-z]{22}$`).MatchString(m.ID) || m.Type != "message" || m.Role != "assistant" {
			t.Errorf("id %q, type %q, role %q", m.ID, m.Type, m.Role)
		}
		if m.Model != "claude-3-haiku-20240307" || m.StopReason != "end_turn" || len(m.Content) != 1 || m.Content[0].Text == "" {
			t.Errorf("unexpected answer %s", out.Body)
		}
		if m.Usage.InputTokens != 9 || m.Usage.OutputTokens < 1 || m.Usage.OutputTokens > 10 {
			t.Errorf("usage %+v", m.Usage)
		}
	}
}

// TestHTTP2 is how AWS's SDK for JavaScript calls Bedrock, without TLS too.
func TestHTTP2(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	protocols := &http.Protocols{}
	protocols.SetUnencryptedHTTP2(true)
	options := f.client().Options()
	options.HTTPClient = &http.Client{Transport: &http.Transport{Protocols: protocols}}
	out, err := invokeBy(t, bedrockruntime.New(options), haiku, guideBody)
	if err != nil {
		t.Fatal(err)
	}
	if raw := middleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response); raw.ProtoMajor != 2 || decode(t, out.Body).Usage == nil {
		t.Errorf("%s: %s", raw.Proto, out.Body)
	}
}

func TestResponseHeadersTellUsage(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	out, err := f.invoke(t, haiku, guideBody)
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, out.Body)
	raw, ok := middleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
	if !ok {
		t.Fatal("no raw response")
	}
	for name, want := range map[string]int{
		"X-Amzn-Bedrock-Input-Token-Count":  m.Usage.InputTokens,
		"X-Amzn-Bedrock-Output-Token-Count": m.Usage.OutputTokens,
		"X-Amzn-Bedrock-Invocation-Latency": 0,
	} {
		if got, err := json.Number(raw.Header.Get(name)).Int64(); err != nil || int(got) != want {
			t.Errorf("%s is %q, want %d", name, raw.Header.Get(name), want)
		}
	}
	if id := raw.Header.Get("X-Amzn-Requestid"); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("request id %q is not a UUID", id)
	}
}

func TestIAMRefusesWhatThePolicyDoesNotAllow(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	const sonnet = "anthropic.claude-3-sonnet-20240229-v1:0"
	denied := func(action, arn string) string {
		return "User: " + principal + " is not authorized to perform: " + action + " on resource: " + arn + " because no identity-based policy allows the " + action + " action"
	}
	fm := "arn:aws:bedrock:us-east-2::foundation-model/"
	t.Run("another model", func(t *testing.T) {
		_, err := f.invoke(t, sonnet, guideBody)
		wantError(t, err, "AccessDeniedException", denied("bedrock:InvokeModel", fm+sonnet))
	})
	t.Run("another region", func(t *testing.T) {
		_, err := invokeBy(t, f.clientOf(f.cred, "us-west-2"), haiku, guideBody)
		wantError(t, err, "AccessDeniedException", denied("bedrock:InvokeModel", "arn:aws:bedrock:us-west-2::foundation-model/"+haiku))
	})
	t.Run("an inference profile", func(t *testing.T) {
		_, err := f.invoke(t, "us."+haiku, guideBody)
		wantError(t, err, "AccessDeniedException", denied("bedrock:InvokeModel", "arn:aws:bedrock:us-east-2:123456789012:inference-profile/us."+haiku))
	})
	t.Run("streaming", func(t *testing.T) {
		_, err := f.client().InvokeModelWithResponseStream(t.Context(), &bedrockruntime.InvokeModelWithResponseStreamInput{ModelId: aws.String(haiku), Body: []byte(guideBody)})
		wantError(t, err, "AccessDeniedException", denied("bedrock:InvokeModelWithResponseStream", fm+haiku))
	})
	t.Run("counting tokens", func(t *testing.T) {
		_, err := f.client().CountTokens(t.Context(), &bedrockruntime.CountTokensInput{ModelId: aws.String(haiku), Input: &types.CountTokensInputMemberInvokeModel{Value: types.InvokeModelTokensRequest{Body: []byte(guideBody)}}})
		wantError(t, err, "AccessDeniedException", denied("bedrock:CountTokens", fm+haiku))
	})
	t.Run("a profile of another account", func(t *testing.T) {
		const profile = "arn:aws:bedrock:us-east-2:999999999999:inference-profile/us." + haiku
		_, err := f.invoke(t, profile, guideBody)
		wantError(t, err, "AccessDeniedException", denied("bedrock:InvokeModel", profile))
	})
	t.Run("provisioned throughput", func(t *testing.T) {
		const provisioned = "arn:aws:bedrock:us-east-2:123456789012:provisioned-model/abcdefghijkl"
		_, err := f.invoke(t, provisioned, guideBody)
		wantError(t, err, "AccessDeniedException", denied("bedrock:InvokeModel", provisioned))
	})
	if got := f.Bill().NanoUSD; got != 0 {
		t.Errorf("refused calls were billed %d nano-USD", got)
	}
	if diff := cmp.Diff(map[string]int64{"AccessDeniedException": 5}, f.Bill().Calls); diff != "" {
		t.Errorf("calls: %s", diff)
	}
}

// TestModelIDsThatAreNone are refused before IAM is asked.
func TestModelIDsThatAreNone(t *testing.T) {
	f := start(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`, nil)
	for _, id := range []string{"anthropic claude", "foo/bar", "arn:aws:s3:::bucket/" + haiku, "<script>"} {
		_, err := f.invoke(t, id, guideBody)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != "ValidationException" || !strings.HasPrefix(api.ErrorMessage(), "1 validation error detected: Value '"+id+"' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: ") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// What some SDKs send when none is given, and a charset, are no types that the
// models take.
func TestContentTypes(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	for contentType, taken := range map[string]bool{"application/json": true, "application/octet-stream": false, "application/json; charset=utf-8": false, "text/plain": false} {
		_, err := f.client().InvokeModel(t.Context(), &bedrockruntime.InvokeModelInput{
			ModelId: aws.String(haiku), Body: []byte(guideBody), ContentType: aws.String(contentType),
		})
		if !taken {
			wantError(t, err, "ValidationException", "The provided Content Type is invalid or not supported for this model")
		} else if err != nil {
			t.Errorf("%s: %v", contentType, err)
		}
	}
}

func TestGuardrailsDoNotExist(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	_, err := f.client().InvokeModel(t.Context(), &bedrockruntime.InvokeModelInput{
		ModelId: aws.String(haiku), Body: []byte(guideBody), ContentType: aws.String("application/json"), GuardrailIdentifier: aws.String("abcdefghij"), GuardrailVersion: aws.String("1"),
	})
	wantError(t, err, "ValidationException", "The guardrail identifier or version provided in the request does not exist.")
}

func TestConverseNeedsInvokeModelAndIsThenNotImplemented(t *testing.T) {
	f := start(t, leastPrivilege, nil)
	_, err := f.client().Converse(t.Context(), &bedrockruntime.ConverseInput{ModelId: aws.String(haiku)})
	wantError(t, err, "ValidationException", "The emulator does not implement Converse.")
}

func TestExplicitDenyIsNamed(t *testing.T) {
	f := start(t, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"bedrock:*","Resource":"*"},
		{"Effect":"Deny","Action":"bedrock:InvokeModel*","Resource":"*"}]}`, nil)
	_, err := f.invoke(t, haiku, guideBody)
	wantError(t, err, "AccessDeniedException", "User: "+principal+" is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-2::foundation-model/"+haiku+" with an explicit deny in an identity-based policy")
}

// TestProfileNeedsEveryRegion: the profile and the model in each region it may
// route to.
func TestProfileNeedsEveryRegion(t *testing.T) {
	const profile = `{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":"arn:aws:bedrock:us-east-2:123456789012:inference-profile/us.*"}`
	models := func(regions string) string {
		return `{"Version":"2012-10-17","Statement":[` + profile + `,{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":"arn:aws:bedrock:*::foundation-model/*",
			"Condition":{"StringEquals":{"aws:RequestedRegion":[` + regions + `]},"StringLike":{"bedrock:InferenceProfileArn":"arn:aws:bedrock:us-east-2:123456789012:inference-profile/us.*"}}}]}`
	}
	all := start(t, models(`"us-east-1","us-east-2","us-west-2"`), nil)
	for _, id := range []string{"us." + haiku45, "arn:aws:bedrock:us-east-2:123456789012:inference-profile/us." + haiku45} {
		if _, err := all.invoke(t, id, guideBody); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	one := start(t, models(`"us-east-2"`), nil)
	_, err := one.invoke(t, "us."+haiku45, guideBody)
	wantError(t, err, "AccessDeniedException", "User: "+principal+" is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/"+haiku45+" because no identity-based policy allows the bedrock:InvokeModel action")
}

func TestModelsThatCannotBeCalled(t *testing.T) {
	tests := map[string]struct {
		change        func(*emulator.Model)
		id            string
		kind, message string
	}{
		"unknown":      {id: "anthropic.claude-9-v1:0", kind: "ValidationException", message: "The provided model identifier is invalid."},
		"profile only": {id: haiku45, kind: "ValidationException", message: "Invocation of model ID " + haiku45 + " with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model."},
		"no access":    {change: func(m *emulator.Model) { m.NoAccess = true }, kind: "AccessDeniedException", message: "You don't have access to the model with the specified model ID."},
		"not cleared":  {change: func(m *emulator.Model) { m.NotCleared = true }, kind: "ValidationException", message: "Operation not allowed"},
		"legacy":       {change: func(m *emulator.Model) { m.Legacy = true }, kind: "ResourceNotFoundException", message: "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock"},
		"end of life":  {change: func(m *emulator.Model) { m.EndOfLife = time.Now() }, kind: "ResourceNotFoundException", message: "This model version has reached the end of its life. Please refer to the AWS documentation for more details."},
		"other region": {id: "arn:aws:bedrock:eu-west-1::foundation-model/" + haiku, kind: "ValidationException", message: "The provided model identifier is invalid."},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			f := start(t, everything, func(c *emulator.Config) {
				if tc.change != nil {
					tc.change(&c.Models[0])
				}
			})
			id := tc.id
			if id == "" {
				id = haiku
			}
			_, err := f.invoke(t, id, guideBody)
			wantError(t, err, tc.kind, tc.message)
		})
	}
}

func TestCallerIdentityNeedsNoPermission(t *testing.T) {
	f := start(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`, nil)
	client := func(cred emulator.Credential) *sts.Client {
		return sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(f.url), RetryMaxAttempts: 1,
			Credentials: staticCredentials(cred)})
	}
	out, err := client(f.cred).GetCallerIdentity(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if *out.Arn != principal || *out.Account != "123456789012" || *out.UserId != f.cred.UserID || !strings.HasPrefix(*out.UserId, "AIDA") {
		t.Errorf("identity %s %s %s", *out.Arn, *out.Account, *out.UserId)
	}
	_, err = client(credential(t, 9)).GetCallerIdentity(t.Context(), nil)
	wantError(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")
}
