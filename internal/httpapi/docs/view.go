package docs

import (
	"html/template"
	"slices"
	"strings"
)

// view is what the template shows.
type view struct {
	Style                template.CSS
	Title, Version       string
	Summary, Description string
	Groups               []group
	Schemas              []schemaView
	Problems             []Problem
}

type group struct {
	Name, Description string
	Operations        []operationView
}

type operationView struct {
	ID, Method, Path     string
	Summary, Description string
	Roles                []string
	Parameters           []parameter
	Body                 []typeView
	Examples             []exampleView
	Responses            []responseView
}

type exampleView struct{ Summary, JSON string }

type responseView struct {
	Status      string
	Description string
	Content     []mediaView
	Headers     []member[header]
}

type mediaView struct {
	Name string
	Type []typeView
}

// typeView is a piece of a type's name: a word, or the link to a schema.
type typeView struct{ Word, Schema string }

type schemaView struct {
	Name        string
	Type        []typeView
	Description string
	Rules       []string
	Members     []memberView
}

type memberView struct {
	Name        string
	Required    bool
	Type        []typeView
	Description string
	Rules       []string
}

func (d *document) view() (*view, error) {
	v := &view{Title: d.Info.Title, Version: d.Info.Version, Summary: d.Info.Summary, Description: d.Info.Description}
	for _, tag := range d.Tags {
		g := group{Name: tag.Name, Description: tag.Description}
		for _, path := range d.Paths {
			for _, m := range path.Value {
				if !slices.Contains(m.Value.Tags, tag.Name) {
					continue
				}
				op, err := d.operation(path.Name, m.Name, &m.Value)
				if err != nil {
					return nil, err
				}
				g.Operations = append(g.Operations, op)
			}
		}
		v.Groups = append(v.Groups, g)
	}
	for _, s := range d.Components.Schemas {
		v.Schemas = append(v.Schemas, d.schema(s.Name, s.Value))
	}
	return v, nil
}

func (d *document) operation(path, method string, op *operation) (operationView, error) {
	v := operationView{ID: op.ID, Method: strings.ToUpper(method), Path: path, Summary: op.Summary, Description: op.Description, Roles: op.roles()}
	for _, p := range op.Parameters {
		if shared, ok := d.Components.Parameters.get(lastName(p.Ref)); ok {
			p = shared
		}
		v.Parameters = append(v.Parameters, p)
	}
	for _, m := range op.RequestBody.Content {
		v.Body = append(v.Body, typeOf(m.Value.Schema)...)
		for _, e := range m.Value.Examples {
			text, err := jsonOf(&e.Value.Value, "  ")
			if err != nil {
				return v, err
			}
			v.Examples = append(v.Examples, exampleView{e.Value.Summary, text})
		}
	}
	for _, r := range op.Responses {
		v.Responses = append(v.Responses, d.response(r.Name, r.Value))
	}
	return v, nil
}

func (d *document) response(status string, r response) responseView {
	if shared, ok := d.Components.Responses.get(lastName(r.Ref)); ok {
		r = shared
	}
	v := responseView{Status: status, Description: r.Description}
	for _, h := range r.Headers {
		if shared, ok := d.Components.Headers.get(lastName(h.Value.Ref)); ok {
			h.Value = shared
		}
		v.Headers = append(v.Headers, h)
	}
	for _, m := range r.Content {
		v.Content = append(v.Content, mediaView{m.Name, typeOf(m.Value.Schema)})
	}
	return v
}

func (d *document) schema(name string, s *schema) schemaView {
	v := schemaView{Name: name, Type: typeOf(s), Description: s.Description, Rules: rulesOf(s)}
	for _, p := range s.Properties {
		description := p.Value.Description
		if target, ok := d.Components.Schemas.get(lastName(p.Value.Ref)); ok {
			description = target.Description
		}
		v.Members = append(v.Members, memberView{
			Name: p.Name, Required: slices.Contains(s.Required, p.Name), Type: typeOf(p.Value),
			Description: description, Rules: rulesOf(p.Value),
		})
	}
	return v
}
