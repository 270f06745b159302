package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"ballast.internal/ballast/internal/portfolio/imports"
)

// runImport prints the request body that a file becomes, for its open questions
// to be answered in.
func runImport(_ context.Context, args []string, env environment) error {
	var s source
	fs := newFlags(env, "server import [-from FORMAT] -f FILE [flags] > request.json")
	s.bindImport(fs)
	if err := parse(fs, args, 0); err != nil {
		return err
	}
	s.from = cmp.Or(s.from, string(imports.Auto))
	body, err := s.read(env)
	if err != nil {
		return usageError{err}
	}
	_, err = env.stdout.Write(append(body, '\n'))
	return err
}

// maxPlaces is how many places in a file one line of the report names.
const maxPlaces = 5

// reportImport tells a person what became of a file: how much was read, what
// was not, what is missing, each reason once with the places it holds for.
func reportImport(w io.Writer, file string, res *imports.Result) {
	p := &printer{w: w}
	p.line("%s as %s: positions %d, cash balances %d, accounts %d", file, res.Format,
		len(res.Portfolio.Positions), len(res.Portfolio.Cash), len(res.Portfolio.Accounts))
	left := grouped{}
	for _, u := range res.Unmapped {
		left.add(u.Code, u.Detail, u.At)
	}
	required, useful := grouped{}, grouped{}
	for _, q := range res.Missing {
		if q.Required {
			required.add(q.Pointer, q.Detail, q.At)
			continue
		}
		useful.add(q.Code, q.Detail, q.At)
	}
	left.print(p, "not mapped")
	required.print(p, "required")
	useful.print(p, "missing")
}

// grouped lists reasons in the order in which they came up.
type grouped struct{ groups []*group }

type group struct {
	name, detail string
	places       []string
	n            int
}

func (g *grouped) add(name, detail, at string) {
	for _, x := range g.groups {
		if x.name == name && x.detail == detail {
			x.place(at)
			return
		}
	}
	x := &group{name: name, detail: detail}
	x.place(at)
	g.groups = append(g.groups, x)
}

func (x *group) place(at string) {
	x.n++
	if at != "" && len(x.places) < maxPlaces {
		x.places = append(x.places, at)
	}
}

func (g *grouped) print(p *printer, heading string) {
	for _, x := range g.groups {
		where := strings.Join(x.places, ", ")
		if more := x.n - len(x.places); more > 0 && len(x.places) > 0 {
			where += fmt.Sprintf(" and %d more", more)
		}
		if where != "" {
			where = " (" + where + ")"
		}
		p.prose("  ", heading+": "+x.name+where+": "+x.detail)
	}
}
