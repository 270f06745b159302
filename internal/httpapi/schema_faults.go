package httpapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
)

// leaves are the errors that speak of a value. Of the branches of a choice
// with null, the one that only says "not null" is left out: null is what the
// caller did not mean.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	_, choice := e.ErrorKind.(*kind.OneOf)
	var out []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		if choice && onlyNotNull(cause) {
			continue
		}
		out = append(out, leaves(cause)...)
	}
	return out
}

func onlyNotNull(e *jsonschema.ValidationError) bool {
	t, ok := e.ErrorKind.(*kind.Type)
	return ok && slices.Equal(t.Want, []string{"null"})
}

// faultsOf puts one schema error into our own words, which never hold the
// value: the library's own sentences do.
func faultsOf(e *jsonschema.ValidationError) portfolio.Faults {
	at := strictjson.Pointer(e.InstanceLocation...)
	one := func(code, detail string) portfolio.Faults {
		return portfolio.Faults{{Pointer: at, Code: code, Detail: detail}}
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return members(e, k.Missing, "required", "The member is required.")
	case *kind.AdditionalProperties:
		return members(e, k.Properties, "unknown_field",
			"No such member is known here; names are in lower case, with underscores.")
	case *kind.Type:
		return one("wrong_type", "The value must be "+anyOf(k.Want)+".")
	case *kind.Enum:
		return one("unknown_value", "The value must be one of "+list(k.Want)+".")
	case *kind.Pattern:
		return one("bad_form", formOf(k.Want))
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties:
		return one("too_short", "At least "+limitOf(k)+" needed.")
	case *kind.MaxLength:
		return one("too_long", "At most "+limitOf(k)+" allowed.")
	case *kind.MaxItems, *kind.MaxProperties:
		return one("too_many", "At most "+limitOf(k)+" allowed.")
	case *kind.Minimum:
		return one("out_of_range", "The number must be at least "+k.Want.RatString()+".")
	case *kind.Maximum:
		return one("out_of_range", "The number must be at most "+k.Want.RatString()+".")
	default:
		return one("bad_form", "The value does not have the form that the contract requires.")
	}
}

// members points at members of the object that e speaks of.
func members(e *jsonschema.ValidationError, names []string, code, detail string) portfolio.Faults {
	faults := make(portfolio.Faults, len(names))
	for i, name := range names {
		path := append(slices.Clone(e.InstanceLocation), name)
		faults[i] = portfolio.Fault{Pointer: strictjson.Pointer(path...), Code: code, Detail: detail}
	}
	return faults
}

// anyOf lists JSON types for a reader: "a string or a number".
func anyOf(types []string) string {
	var words []string
	for _, t := range types {
		switch t {
		case "null":
			words = append(words, "null")
		case "object", "array", "integer":
			words = append(words, "an "+t)
		default:
			words = append(words, "a "+t)
		}
	}
	return strings.Join(words, " or ")
}

func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

// limitOf names the limit of a length or count with its unit and verb.
func limitOf(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.MinLength:
		return count(k.Want, "character")
	case *kind.MaxLength:
		return count(k.Want, "character")
	case *kind.MinItems:
		return count(k.Want, "element")
	case *kind.MaxItems:
		return count(k.Want, "element")
	case *kind.MinProperties:
		return count(k.Want, "member")
	case *kind.MaxProperties:
		return count(k.Want, "member")
	default:
		return "another number is"
	}
}

func count(n int, unit string) string {
	if n == 1 {
		return "one " + unit + " is"
	}
	return strconv.Itoa(n) + " " + unit + "s are"
}

// formOf says what a pattern of the contract means.
func formOf(pattern string) string {
	if strings.Contains(pattern, "{4}-") {
		return "The text must be a date of the form YYYY-MM-DD."
	}
	return "The text must be a decimal number such as 1234.50, without exponent, sign + or separators, " +
		"with at most 18 digits on either side of the point."
}
