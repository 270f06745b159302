package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/httpapi/api"
)

// parameterFaults are the faults of a query, which no pointer into a body can
// name.
type parameterFaults []api.Fault

func (f parameterFaults) Error() string { return count(len(f), "parameter") + " at fault" }

// badParameter is the fault of one parameter of a query; rule is what it must be.
func badParameter(name, code, rule string) parameterFaults {
	return parameterFaults{{Parameter: &name, Code: code, Detail: "The parameter " + name + " " + rule + "."}}
}

// badBinding puts what the generated code could not read of a request into our
// words: its own repeat the value.
func badBinding(err error) error {
	if several, ok := errors.AsType[*api.TooManyValuesForParamError](err); ok {
		return badHeaderOr(several.ParamName, "duplicate_key", "is given more than once")
	}
	if wrong, ok := errors.AsType[*api.InvalidParamFormatError](err); ok {
		return badHeaderOr(wrong.ParamName, "bad_form",
			"must be given once and in the form that the contract has; in a query, + means a space and is written %2B")
	}
	return errHeader
}

// badHeaderOr tells headers from parameters by their first letter: the
// contract's parameters are in lower case.
func badHeaderOr(name, code, rule string) error {
	if strings.ToLower(name) == name {
		return badParameter(name, code, rule)
	}
	return &headerError{name, rule}
}

// headerError says what is wrong with a header.
type headerError struct{ name, rule string }

func (e *headerError) Error() string { return "The header " + e.name + " " + e.rule + "." }

// queries are the schemas of the query parameters of each operation, by name.
type queries map[operation]map[string]*jsonschema.Schema

// readQueries compiles them once. The contract has been read already, so that
// only what it says of parameters can be at fault.
func readQueries() (queries, error) {
	var doc struct {
		Paths      map[string]map[string]struct{ Parameters []map[string]any }
		Components struct {
			Parameters map[string]map[string]any
			Schemas    map[string]any
		}
	}
	if err := json.Unmarshal(contract.JSON, &doc); err != nil {
		return nil, fmt.Errorf("httpapi: contract: %w", err)
	}
	out := queries{}
	for route, methods := range doc.Paths {
		for method, op := range methods {
			known := map[string]*jsonschema.Schema{}
			for _, p := range op.Parameters {
				if ref, ok := p["$ref"].(string); ok {
					p = doc.Components.Parameters[strings.TrimPrefix(ref, "#/components/parameters/")]
				}
				name, _ := p["name"].(string)
				if p["in"] != "query" {
					continue
				}
				schema, err := compileSchema(method+" "+route+" "+name, inline(p["schema"], doc.Components.Schemas))
				if err != nil {
					return nil, err
				}
				known[name] = schema
			}
			out[operation{strings.ToUpper(method), route}] = known
		}
	}
	return out, nil
}

func compileSchema(name string, schema any) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	name = "urn:" + url.PathEscape(name)
	if err := c.AddResource(name, schema); err != nil {
		return nil, fmt.Errorf("httpapi: contract: %w", err)
	}
	return c.Compile(name)
}

// checkedPath finds nothing at a path that is no text: PostgreSQL fails at such an
// id, which would be the caller's own outage.
func (s *server) checkedPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isText(r.URL.Path) {
			s.writeProblem(w, r, errNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isText reports whether both databases can look for s.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// checkedQuery lets a query pass whose parameters the contract knows and finds
// in order. A misspelt filter would otherwise be no filter.
func (s *server) checkedQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPrivate(r.URL.Path) {
			if err := checkQuery(r.URL.RawQuery, s.queries[operationOf(r)]); err != nil {
				s.writeProblem(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func checkQuery(raw string, known map[string]*jsonschema.Schema) error {
	if raw == "" {
		return nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return parameterFaults{{Code: "bad_form", Detail: "The query cannot be read."}}
	}
	var faults parameterFaults
	for _, name := range slices.Sorted(maps.Keys(values)) {
		schema, ok := known[name]
		if !ok {
			faults = append(faults, api.Fault{Parameter: nameOf(name), Code: "unknown_parameter", Detail: unknownParameter(known)})
			continue
		}
		if !isText(values.Get(name)) {
			faults = append(faults, badParameter(name, "bad_text", "must be UTF-8 without a NUL")...)
			continue
		}
		for _, f := range schemaFaults(schema, valueOf(schema, values.Get(name))) {
			faults = append(faults, api.Fault{Parameter: &name, Code: f.Code, Detail: f.Detail})
		}
	}
	if len(faults) > 0 {
		return faults[:min(len(faults), maxFaults)]
	}
	return nil
}

// parameterName is the form of names of parameters.
var parameterName = regexp.MustCompile(`^[A-Za-z][A-Za-z_]{0,29}$`)

// nameOf is the name of an unknown parameter as its sender wrote it, or nil for
// what may be a value gone astray, such as a key.
func nameOf(name string) *string {
	if !parameterName.MatchString(name) {
		return nil
	}
	return &name
}

// unknownParameter says what a name may be.
func unknownParameter(known map[string]*jsonschema.Schema) string {
	if len(known) == 0 {
		return "This operation takes no query."
	}
	return "The parameters are " + strings.Join(slices.Sorted(maps.Keys(known)), ", ") + "."
}

// valueOf is the text of a parameter as the JSON value it stands for.
func valueOf(schema *jsonschema.Schema, text string) any {
	if schema.Types == nil {
		return text
	}
	switch types := schema.Types.ToStrings(); {
	case slices.Contains(types, "integer"):
		return json.Number(text)
	case slices.Contains(types, "boolean") && (text == "true" || text == "false"):
		return text == "true"
	}
	return text
}

// operationOf is the operation that a request was routed to.
func operationOf(r *http.Request) operation {
	return operation{readMethod(r), chi.RouteContext(r.Context()).RoutePattern()}
}

// readMethod is the method of a request, GET for HEAD.
func readMethod(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}
