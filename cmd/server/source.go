package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/portfolio/imports"
)

// source is where a command on the terminal takes its request from.
type source struct {
	file, from, profile string
	asOf, baseCurrency  string
}

func (s *source) bind(fs *flag.FlagSet) {
	fs.StringVar(&s.file, "f", "", "portfolio `file`, - for standard input; the request body of the API")
	fs.StringVar(&s.from, "from", "", "the `format` of a file that is not a request body: "+formatNames()+" to detect it")
	s.bindKnown(fs, "with -from, ")
}

// bindImport is bind for a file that is never a request body.
func (s *source) bindImport(fs *flag.FlagSet) {
	fs.StringVar(&s.file, "f", "", "a broker's or aggregator's `file`, - for standard input")
	fs.StringVar(&s.from, "from", string(imports.Auto), "its `format`: "+formatNames()+" to detect it")
	s.bindKnown(fs, "")
}

// bindKnown adds the flags for what a file to import does not say.
func (s *source) bindKnown(fs *flag.FlagSet, when string) {
	fs.StringVar(&s.profile, "profile", "", when+"a `file` with the rest of the request, such as investor_profile")
	fs.StringVar(&s.asOf, "as-of", "", when+"the `day` of a file that does not say it, YYYY-MM-DD")
	fs.StringVar(&s.baseCurrency, "base-currency", "", when+"the base `currency` of a file that does not say it")
}

func formatNames() string {
	names := make([]string, len(imports.Formats()))
	for i, f := range imports.Formats() {
		names[i] = string(f)
	}
	return strings.Join(names, ", ") + ", or auto"
}

// read returns a request body. What an import leaves open is written to
// env.stderr.
func (s *source) read(env environment) ([]byte, error) {
	body, err := readPortfolio(s.file, env.stdin)
	if err != nil {
		return nil, err
	}
	if s.from == "" {
		if s.profile != "" || s.asOf != "" || s.baseCurrency != "" {
			return nil, errors.New("-profile, -as-of and -base-currency: only with -from; a request body has its own")
		}
		if format, ok := imports.Detect(body); ok {
			return nil, fmt.Errorf("%s is a file of the format %s: read it with -from %s", s.file, format, format)
		}
		return body, nil
	}
	res, err := s.importFile(body)
	if err != nil {
		return nil, err
	}
	reportImport(env.stderr, s.file, &res)
	profile := []byte("{}")
	if s.profile == "" {
		fmt.Fprintln(env.stderr, "  no -profile: without an investor profile the answer has the analysis, but no recommendation")
	} else {
		if profile, err = os.ReadFile(s.profile); err != nil {
			return nil, fmt.Errorf("-profile: %w", err)
		}
	}
	return mergeRequest(profile, &res)
}

// explain says of a refused request what to do about it.
func (s *source) explain(err error) error {
	if s.from == "" {
		return fmt.Errorf("%s: %w", s.file, err)
	}
	return fmt.Errorf("%s as %s: %w\n(answer what is required with -as-of, -base-currency or -profile, or in the request that server import writes)",
		s.file, s.from, err)
}

// importFile reads the file in its format.
func (s *source) importFile(body []byte) (res imports.Result, err error) {
	if !imports.Format(s.from).Valid() {
		return res, fmt.Errorf("-from: want one of %s", formatNames())
	}
	known := imports.Known{BaseCurrency: portfolio.Currency(s.baseCurrency)}
	if s.asOf != "" {
		if known.AsOf, err = portfolio.ParseDate(s.asOf); err != nil {
			return res, fmt.Errorf("-as-of: %w", err)
		}
	}
	if res, err = httpapi.ReadImport(imports.Format(s.from), body, known); err != nil {
		return res, fmt.Errorf("%s as %s: %w", s.file, s.from, err)
	}
	return res, nil
}

// mergeRequest puts an imported portfolio into a request. What the request says
// of its portfolio itself, such as liabilities or accounts with their taxation,
// replaces what was imported.
func mergeRequest(profile []byte, res *imports.Result) ([]byte, error) {
	if doc, err := strictjson.Parse(profile); err != nil || len(doc.Faults) > 0 {
		return nil, fmt.Errorf("-profile: %w", errors.Join(err, orNil(doc.Faults)))
	}
	request, told := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := json.Unmarshal(profile, &request); err != nil {
		return nil, errors.New("-profile: want a JSON object with members of a request, such as investor_profile")
	}
	imported, err := json.Marshal(httpapi.ImportOut(res).Portfolio)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(imported, &told); err != nil {
		return nil, err
	}
	if own, ok := request["portfolio"]; ok {
		if err := json.Unmarshal(own, &told); err != nil { // the members it has replace those that are there
			return nil, errors.New("-profile: /portfolio: want a JSON object")
		}
	}
	if request["portfolio"], err = json.Marshal(told); err != nil {
		return nil, err
	}
	return json.MarshalIndent(request, "", "  ")
}

// orNil keeps an empty list of faults from being an error.
func orNil(f portfolio.Faults) error {
	if len(f) == 0 {
		return nil
	}
	return f
}

func readPortfolio(path string, stdin io.Reader) ([]byte, error) {
	switch path {
	case "":
		return nil, errors.New("-f: want a portfolio file")
	case "-":
		return io.ReadAll(stdin)
	}
	return os.ReadFile(path)
}
