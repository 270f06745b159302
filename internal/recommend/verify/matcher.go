package verify

// class is what a match means.
type class struct {
	reason Reason
	action string // of Contrary: the kind of action that it contradicts
	role   role
}

// role is the part that a pattern plays.
type role uint8

const (
	refuses  role = iota // the text is refused
	denies               // refuses unless a negation reaches it
	excuses              // what it covers is no number, quantity, unit or name
	negates              // a negation
	stresses             // looks like a negation and is none: not only
	contrast             // ends the reach of a negation: but
)

// The lengths by which patterns that begin with a stem are indexed, in bytes.
const (
	prefixKey = 3
	suffixKey = 4
)

// matcher finds patterns by the word that they begin with.
type matcher struct {
	byWord, byPrefix, bySuffix map[string][]*pattern
}

func newMatcher() *matcher {
	return &matcher{
		byWord: make(map[string][]*pattern), byPrefix: make(map[string][]*pattern), bySuffix: make(map[string][]*pattern),
	}
}

// add indexes a pattern under each alternative of its first word.
func (m *matcher) add(p *pattern) {
	for _, a := range p.first().alts {
		switch {
		case a.prefix:
			key := a.text[:prefixKey]
			m.byPrefix[key] = append(m.byPrefix[key], p)
		case a.suffix:
			key := a.text[len(a.text)-suffixKey:]
			m.bySuffix[key] = append(m.bySuffix[key], p)
		case a.exact:
			key := fold(a.text)
			m.byWord[key] = append(m.byWord[key], p)
		default:
			m.byWord[a.text] = append(m.byWord[a.text], p)
		}
	}
}

// hit is a pattern found in tokens [from, to).
type hit struct {
	class    *class
	from, to int
}

// find calls each for every hit that begins at token i.
func (m *matcher) find(tokens []token, i int, each func(hit)) {
	w := tokens[i].fold
	m.try(m.byWord[w], tokens, i, each)
	if len(w) >= prefixKey {
		m.try(m.byPrefix[w[:prefixKey]], tokens, i, each)
	}
	if len(w) >= suffixKey {
		m.try(m.bySuffix[w[len(w)-suffixKey:]], tokens, i, each)
	}
}

func (m *matcher) try(patterns []*pattern, tokens []token, i int, each func(hit)) {
	for _, p := range patterns {
		if to, ok := match(p.terms, tokens, i); ok {
			each(hit{class: &p.class, from: i, to: to})
		}
	}
}
