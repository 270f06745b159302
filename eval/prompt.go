package main

import (
	"regexp"
	"slices"
	"strings"

	"ballast.internal/ballast/internal/recommend"
)

// prompt is what a model can make out of what it is told.
type prompt struct {
	system  string
	user    string
	facts   []string          // ids
	code    map[string]string // fact id → code
	actions []action          // the severest first
}

// action is one line to explain.
type action struct {
	id, kind, subject, severity string
	facts                       []string // the first is the reason
}

var (
	factLine   = regexp.MustCompile(`(?m)^(F[0-9]+) ([a-z0-9_]+)`)
	actionLine = regexp.MustCompile(`(?m)^(A[0-9]+) ([a-z_]+) (.*)severity=([a-z]+) facts=([F0-9,]+)$`)
)

func readPrompt(req recommend.ModelRequest) prompt {
	p := prompt{system: req.System, user: req.User, code: map[string]string{}}
	for _, m := range factLine.FindAllStringSubmatch(req.User, -1) {
		p.facts = append(p.facts, m[1])
		p.code[m[1]] = m[2]
	}
	for _, m := range actionLine.FindAllStringSubmatch(req.User, -1) {
		p.actions = append(p.actions, action{
			id: m[1], kind: m[2], subject: strings.TrimSpace(m[3]), severity: m[4], facts: strings.Split(m[5], ","),
		})
	}
	slices.SortStableFunc(p.actions, func(a, b action) int { return rank(b.severity) - rank(a.severity) })
	return p
}

func rank(severity string) int {
	return slices.Index([]string{"info", "low", "medium", "high"}, severity)
}

// holding is the placeholder of the action's subject, "" when it is no holding.
func (a action) holding() string {
	if strings.HasPrefix(a.subject, "H") {
		return "{" + a.subject + "}"
	}
	return ""
}

// factOf finds a fact by its code, or any fact.
func (p prompt) factOf(code string) string {
	for _, id := range p.facts {
		if p.code[id] == code {
			return id
		}
	}
	return p.facts[0]
}
