package bedrock

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/shopspring/decimal"
)

// catalogueFile is the format of models.json. Prices are USD per million tokens, as AWS prints them.
type catalogueFile struct {
	Models []modelEntry `json:"models"`
}

type modelEntry struct {
	ID              string       `json:"id"`
	Name            string       `json:"name"`
	Family          string       `json:"family"` // for readers of the file
	ContextTokens   int          `json:"context_tokens"`
	MaxOutputTokens int          `json:"max_output_tokens"`
	Prefill         bool         `json:"prefill"`
	Prices          []priceEntry `json:"prices"`
	Legacy          string       `json:"legacy"`
	EndOfLife       string       `json:"end_of_life"`
	Successor       string       `json:"successor"`
}

type priceEntry struct {
	From   string `json:"from"`
	Input  string `json:"input"`
	Output string `json:"output"`
}

// ParseCatalogue reads a catalogue in the format of models.json. Unknown
// fields, trailing data and every implausible value are errors; all faults are
// reported at once.
func ParseCatalogue(data []byte) (Catalogue, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var file catalogueFile
	if err := dec.Decode(&file); err != nil {
		return Catalogue{}, fmt.Errorf("model catalogue: %w", inPlace(data, err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Catalogue{}, errors.New("model catalogue: data after the catalogue")
	}
	return file.catalogue()
}

// inPlace names the field and line of what has the wrong type, in place of
// types of Go.
func inPlace(data []byte, err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	want := map[reflect.Kind]string{
		reflect.String: "a text in quotes", reflect.Int: "a whole number", reflect.Bool: "true or false", reflect.Slice: "a list",
	}[wrong.Type.Kind()]
	line := 1 + bytes.Count(data[:min(int(wrong.Offset), len(data))], []byte("\n"))
	return fmt.Errorf("%s: want %s (line %d)", cmp.Or(wrong.Field, "the file"), cmp.Or(want, "an object"), line)
}

func (f catalogueFile) catalogue() (Catalogue, error) {
	var c Catalogue
	var faults []error
	seen := make(map[string]bool)
	for i, e := range f.Models {
		m, err := e.spec()
		if seen[e.ID] {
			err = errors.Join(err, errors.New("listed twice"))
		}
		seen[e.ID] = true
		if err != nil {
			faults = append(faults, fmt.Errorf("model catalogue: models[%d] %q: %w", i, e.ID, err))
		}
		c.models = append(c.models, m)
	}
	if err := errors.Join(faults...); err != nil {
		return Catalogue{}, err
	}
	return c, nil
}

func (e modelEntry) spec() (ModelSpec, error) {
	m := ModelSpec{
		ID: e.ID, Name: e.Name, ContextTokens: e.ContextTokens,
		MaxOutputTokens: e.MaxOutputTokens, Prefill: e.Prefill, Successor: e.Successor,
	}
	var faults []error
	check := func(ok bool, fault string) {
		if !ok {
			faults = append(faults, errors.New(fault))
		}
	}
	check(e.ID != "", "id is empty")
	check(e.MaxOutputTokens > 0, "max_output_tokens must be positive")
	check(e.ContextTokens >= e.MaxOutputTokens, "context_tokens is smaller than max_output_tokens")
	check(len(e.Prices) > 0, "prices is empty")

	var err error
	m.Prices, err = parsePrices(e.Prices)
	faults = append(faults, err)
	m.Legacy, err = parseDate("legacy", e.Legacy)
	faults = append(faults, err)
	m.EndOfLife, err = parseDate("end_of_life", e.EndOfLife)
	faults = append(faults, err)
	check(m.EndOfLife.IsZero() || m.Legacy.Before(m.EndOfLife), "legacy is not before end_of_life")
	return m, errors.Join(faults...)
}

func parsePrices(entries []priceEntry) ([]Price, error) {
	prices := make([]Price, 0, len(entries))
	var faults []error
	for i, e := range entries {
		from, err := parseDate("from", e.From)
		input, errIn := nanoPerMillion(e.Input)
		output, errOut := nanoPerMillion(e.Output)
		if e.From == "" {
			err = errors.New("from is empty")
		}
		if i > 0 && !from.After(prices[i-1].From) {
			err = errors.Join(err, errors.New("from is not after the price before it"))
		}
		if err := errors.Join(err, errIn, errOut); err != nil {
			faults = append(faults, fmt.Errorf("prices[%d]: %w", i, err))
		}
		prices = append(prices, Price{From: from, Input: input, Output: output})
	}
	return prices, errors.Join(faults...)
}

// nanoPerMillion reads USD per million tokens, above 0 and up to 1000, to the
// nano-USD exactly.
func nanoPerMillion(usd string) (int64, error) {
	d, err := decimal.NewFromString(usd)
	if err != nil || d.Exponent() < -9 || d.Exponent() > 3 {
		return 0, fmt.Errorf("price %q is not a decimal of at most nine places", usd)
	}
	if d.Sign() <= 0 || d.GreaterThan(decimal.NewFromInt(1000)) {
		return 0, fmt.Errorf("price %q is not above 0 and at most 1000 USD per million tokens", usd)
	}
	return d.Shift(9).IntPart(), nil
}

func parseDate(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s %q is not a date", name, s)
	}
	return t, nil
}
