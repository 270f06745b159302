package emulator

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// modelSummary is a model as ListFoundationModels tells of it.
type modelSummary struct {
	ModelARN         string            `json:"modelArn"`
	ModelID          string            `json:"modelId"`
	ProviderName     string            `json:"providerName"`
	InputModalities  []string          `json:"inputModalities"`
	OutputModalities []string          `json:"outputModalities"`
	Customizations   []string          `json:"customizationsSupported"`
	InferenceTypes   []string          `json:"inferenceTypesSupported"`
	ModelLifecycle   map[string]string `json:"modelLifecycle"`
}

func summaryOf(m Model, region string) modelSummary {
	s := modelSummary{
		ModelARN: "arn:aws:bedrock:" + region + "::foundation-model/" + m.ID, ModelID: m.ID, ProviderName: "Anthropic",
		InputModalities: []string{"TEXT", "IMAGE"}, OutputModalities: []string{"TEXT"}, Customizations: []string{},
		InferenceTypes: []string{"ON_DEMAND"}, ModelLifecycle: map[string]string{"status": "ACTIVE"},
	}
	if m.ProfileOnly {
		s.InferenceTypes[0] = "INFERENCE_PROFILE"
	}
	if m.Legacy || !m.EndOfLife.IsZero() {
		s.ModelLifecycle["status"] = "LEGACY"
	}
	return s
}

// asked reports whether the filters of a query leave the model in the list.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
func (s modelSummary) asked(query url.Values) bool {
	for filter, has := range map[string][]string{
		"byProvider": {s.ProviderName}, "byOutputModality": s.OutputModalities,
		"byInferenceType": s.InferenceTypes, "byCustomizationType": s.Customizations,
	} {
		want := query.Get(filter)
		if want != "" && !slices.ContainsFunc(has, func(h string) bool { return strings.EqualFold(h, want) }) {
			return false
		}
	}
	return true
}

// listModels answers ListFoundationModels: in another region than its own
// nothing is served.
func (x *exchange) listModels(who caller) *wireError {
	list := []modelSummary{}
	for _, m := range x.config.Models {
		if s := summaryOf(m, x.config.Region); who.region == x.config.Region && s.asked(x.r.URL.Query()) {
			list = append(list, s)
		}
	}
	data, err := json.Marshal(map[string]any{"modelSummaries": list})
	if err != nil { // strings always encode
		panic(err)
	}
	x.w.Header().Set("Content-Type", "application/json")
	_, _ = x.w.Write(data) // the client may have gone
	return nil
}
