package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"ballast.internal/ballast/internal/httpapi"
)

// Whole answers were written blind to the prompts of requests that no other set has: of
// answers/<name>.jsonl each line is an answer to the prompt of answers/requests/<prompt>.json,
// which is in the language that its name begins with.
//
//go:embed testdata/answers
var wholeFiles embed.FS

// wholeSets bound what is lost of them. Some of each prompt's answers were kept from
// whoever works on the lists: their figures are those of texts that nobody has seen.
var wholeSets = []held{
	{name: "seen", lost: 12, cut: 62, gone: 14},
	{name: "unseen", lost: 17, cut: 82, gone: 20},
}

// wholeAnswer is an answer as the model gives it, and what it answers.
type wholeAnswer struct {
	Prompt  string              `json:"prompt"`
	Summary string              `json:"s"`
	Rows    [][]json.RawMessage `json:"r"`
}

func wholeAnswers(name string) (answers []wholeAnswer, err error) {
	data, err := wholeFiles.ReadFile(path.Join("testdata/answers", name+".jsonl"))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(data)) {
		var a wholeAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			return nil, fmt.Errorf("%s: %.80s: %w", name, line, err)
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// measureWhole runs a set of whole answers through the service.
func (t *troupe) measureWhole(ctx context.Context, name string) (*held, error) {
	h := &held{name: name}
	answers, err := wholeAnswers(name)
	if err != nil {
		return nil, err
	}
	for _, a := range answers {
		if err := t.tellWhole(ctx, a, h); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Prompt, err)
		}
	}
	return h, nil
}

func (t *troupe) tellWhole(ctx context.Context, a wholeAnswer, h *held) error {
	body, err := wholeFiles.ReadFile(path.Join("testdata/answers/requests", a.Prompt+".json"))
	if err != nil {
		return err
	}
	req, err := httpapi.DecodeRequest(body)
	if err != nil {
		return err
	}
	req.Client = "eval"
	texts, err := a.texts()
	if err != nil {
		return err
	}
	got, err := t.theatres[0].perform(ctx, req, func(prompt) reply {
		return reply{text: `"s":` + encode(a.Summary) + `,"r":` + encode(a.Rows) + `}`, stopReason: "end_turn"}
	})
	if err != nil {
		return err
	}
	h.answers++
	language, _, _ := strings.Cut(a.Prompt, "-")
	name := []string{language, a.Prompt}
	gone := h.gone
	h.count(name, a.Summary, got.Summary)
	for _, r := range got.Recommendations {
		if text, ok := texts[r.ID]; ok { // what moves nothing is not asked for
			h.count(name, text, r.Rationale)
		}
	}
	if h.gone > gone {
		h.lost++
	}
	return nil
}

// wholeRow is the line of a table.
func (h *held) wholeRow() string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d |", h.name, h.answers, h.lost, h.texts, h.cut, h.gone)
}

// texts are those of the actions, by id.
func (a wholeAnswer) texts() (map[string]string, error) {
	texts := map[string]string{}
	for _, row := range a.Rows {
		var id, text string
		if len(row) != 3 {
			return nil, fmt.Errorf("a row of %d", len(row))
		}
		if err := json.Unmarshal(row[0], &id); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(row[2], &text); err != nil {
			return nil, err
		}
		texts[id] = text
	}
	return texts, nil
}
