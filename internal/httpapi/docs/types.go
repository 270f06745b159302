package docs

import "strings"

// typeOf names a schema's type in words and links.
func typeOf(s *schema) []typeView {
	switch {
	case s == nil:
		return []typeView{{Word: "anything"}}
	case s.Ref != "":
		return []typeView{{Schema: lastName(s.Ref)}}
	case len(s.AllOf) == 1:
		return typeOf(s.AllOf[0])
	case len(s.OneOf) > 0:
		return joined(s.OneOf, " or ")
	case len(s.PrefixItems) > 0:
		out := append([]typeView{{Word: "["}}, joined(s.PrefixItems, ", ")...)
		return append(out, typeView{Word: "]"})
	case s.Items != nil:
		return append(typeOf(s.Items), typeView{Word: strings.Join(append([]string{"[]"}, s.Type[1:]...), " or ")})
	case s.Additional.schema != nil:
		return append([]typeView{{Word: strings.Join(s.Type, " or ") + " of "}}, typeOf(s.Additional.schema)...)
	default:
		return []typeView{{Word: strings.Join(s.Type, " or ")}}
	}
}

func joined(schemas []*schema, between string) []typeView {
	var out []typeView
	for i, s := range schemas {
		if i > 0 {
			out = append(out, typeView{Word: between})
		}
		out = append(out, typeOf(s)...)
	}
	return out
}

// rulesOf lists a schema's limits in words.
func rulesOf(s *schema) []string {
	var rules []string
	add := func(word, value string) {
		if value != "" {
			rules = append(rules, word+" "+value)
		}
	}
	add("one of", strings.Join(s.Enum, ", "))
	add("format", s.Format)
	add("pattern", s.Pattern)
	add("at least", s.Minimum)
	add("at most", s.Maximum)
	add("length at least", s.MinLength)
	add("length at most", s.MaxLength)
	add("elements at least", s.MinItems)
	add("elements at most", s.MaxItems)
	for i := range s.Examples {
		if text, err := jsonOf(&s.Examples[i], ""); err == nil {
			add("such as", text)
		}
	}
	return rules
}
