package emulator

import (
	"net/http"
	"net/url"
	"strings"
)

// operation is an API call, as far as authorization is concerned.
type operation struct {
	name    string // InvokeModel
	action  string // bedrock:InvokeModel
	modelID string // for calls of a model, as asked for and unescaped
	object  string // the ARN's resource part for calls about an object, if any
}

// The operations that do something. All others end after authorization.
const (
	opInvoke     = "InvokeModel"
	opListModels = "ListFoundationModels"
)

// runtimeOps are the operations under /model/{id}/, with the IAM action each
// needs: Converse needs InvokeModel's.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
var runtimeOps = map[string]operation{
	"invoke":                      {name: opInvoke, action: "bedrock:InvokeModel"},
	"invoke-with-response-stream": {name: "InvokeModelWithResponseStream", action: "bedrock:InvokeModelWithResponseStream"},
	"converse":                    {name: "Converse", action: "bedrock:InvokeModel"},
	"converse-stream":             {name: "ConverseStream", action: "bedrock:InvokeModelWithResponseStream"},
	"count-tokens":                {name: "CountTokens", action: "bedrock:CountTokens"},
}

// controlOps are the operations of the control plane that a least-privilege
// user must be refused, by method and first path segment; true if an
// identifier follows.
var controlOps = map[struct {
	method, segment string
	hasID           bool
}]operation{
	{"GET", "foundation-models", false}:        {name: opListModels, action: "bedrock:ListFoundationModels"},
	{"GET", "foundation-models", true}:         {name: "GetFoundationModel", action: "bedrock:GetFoundationModel", object: "foundation-model/"},
	{"GET", "model-customization-jobs", false}: {name: "ListModelCustomizationJobs", action: "bedrock:ListModelCustomizationJobs"},
	{"GET", "model-customization-jobs", true}:  {name: "GetModelCustomizationJob", action: "bedrock:GetModelCustomizationJob", object: "model-customization-job/"},
	{"POST", "model-customization-jobs", false}: {name: "CreateModelCustomizationJob",
		action: "bedrock:CreateModelCustomizationJob"},
	{"GET", "inference-profiles", false}: {name: "ListInferenceProfiles", action: "bedrock:ListInferenceProfiles"},
	{"GET", "inference-profiles", true}:  {name: "GetInferenceProfile", action: "bedrock:GetInferenceProfile", object: "inference-profile/"},
	{"POST", "model-invocation-job", false}: {name: "CreateModelInvocationJob",
		action: "bedrock:CreateModelInvocationJob"},
	{"GET", "logging", true}: {name: "GetModelInvocationLoggingConfiguration",
		action: "bedrock:GetModelInvocationLoggingConfiguration"},
	{"PUT", "logging", true}: {name: "PutModelInvocationLoggingConfiguration",
		action: "bedrock:PutModelInvocationLoggingConfiguration"},
	{"DELETE", "logging", true}: {name: "DeleteModelInvocationLoggingConfiguration",
		action: "bedrock:DeleteModelInvocationLoggingConfiguration"},
}

// route finds the operation of a request, or nil.
func route(r *http.Request) *operation {
	segments := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil || plain == "" {
			return nil
		}
		segments[i] = plain
	}
	if len(segments) == 3 && segments[0] == "model" && r.Method == http.MethodPost {
		if op, ok := runtimeOps[segments[2]]; ok {
			op.modelID = segments[1]
			return &op
		}
		return nil
	}
	return routeControl(r.Method, segments)
}

func routeControl(method string, segments []string) *operation {
	key := struct {
		method, segment string
		hasID           bool
	}{method, segments[0], len(segments) == 2}
	op, ok := controlOps[key]
	if !ok || len(segments) > 2 {
		return nil
	}
	if op.object != "" {
		op.object += segments[1]
	}
	return &op
}
