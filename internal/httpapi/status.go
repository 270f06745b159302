package httpapi

import (
	"context"
	"slices"

	"ballast.internal/ballast/internal/httpapi/api"
)

// GetStatus says what answers come from.
func (h handlers) GetStatus(context.Context, api.GetStatusRequestObject) (api.GetStatusResponseObject, error) {
	models := h.Models(h.Now())
	i := slices.IndexFunc(models, func(m Model) bool { return m.InUse })
	if i < 0 {
		return encode(api.Status{Provider: api.StatusProviderBedrock, Notice: "No model is in use: rules answer.", Warnings: []api.Warning{}})
	}
	m := &models[i]
	out := modelOut(0, m)
	return encode(api.Status{
		Provider: api.StatusProvider(m.Provider), Notice: notice(m), Model: &out, Warnings: orEmpty(warnings(m)),
	})
}

func notice(m *Model) string {
	if m.Provider == "emulator" {
		return "Answers come from an emulator of Amazon Bedrock, which stands in for " + m.Name + ". No model on AWS is asked, and nothing is billed."
	}
	return "Answers come from " + m.Name + " on Amazon Bedrock in " + m.Region + "."
}

// warnings are what should be known of a model before it stops answering.
func warnings(m *Model) []api.Warning {
	var list []api.Warning
	warn := func(code api.WarningCode, detail string) {
		list = append(list, api.Warning{Code: code, Detail: detail})
	}
	switch m.Lifecycle {
	case "legacy":
		detail := m.Name + " is a legacy model"
		if m.EndOfLifeOn != "" {
			detail += ": it stops answering on " + m.EndOfLifeOn + " or later"
		}
		warn(api.WarningCodeModelLegacy, detail+succeeded(m))
	case "end_of_life":
		warn(api.WarningCodeModelEndOfLife, m.Name+" has reached the end of its life"+succeeded(m))
	}
	if m.PriceFrom == "" {
		warn(api.WarningCodeModelWithoutPrice, m.Name+" has no price in force, so that it is not called.")
	}
	return list
}

func succeeded(m *Model) string {
	if m.Successor == "" {
		return "."
	}
	return "; " + m.Successor + " follows it."
}
