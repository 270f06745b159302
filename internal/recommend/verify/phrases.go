package verify

// reach is how many words before a phrase a negation may stand.
const reach = 5

// anyAction marks contradictions of every kind of action.
const anyAction = "any"

// checkPhrases matches the lexicon and the caller's names.
func (c *Checker) checkPhrases(s *scanned, action string, f *found) {
	p := phrases{lex: c.lex, tokens: s.tokens, marks: make([]mark, len(s.tokens))}
	var suspects []hit
	collect := func(h hit) {
		switch h.class.role {
		case refuses, denies:
			suspects = append(suspects, h)
		default:
			p.note(h)
		}
	}
	for i := range s.tokens {
		if k := s.tokens[i].kind; k == word || k == placeholder {
			c.lex.find(s.tokens, i, collect)
			c.known.find(s.tokens, i, collect)
		}
	}
	for _, h := range suspects {
		if p.counts(h, action) {
			f.add(h.class.reason)
		}
	}
}

// mark is what the lexicon says about one token.
type mark uint8

const (
	marksNegation mark = 1 << iota
	marksStress
	marksContrast
	marksHarmless
)

// phrases decides which hits count.
type phrases struct {
	lex    *lexicon
	tokens []token
	marks  []mark
}

func (p *phrases) note(h hit) {
	switch h.class.role {
	case negates: // one, however many words it has
		p.marks[h.from] |= marksNegation
	case contrast:
		p.marks[h.from] |= marksContrast
	case stresses:
		p.cover(h, marksStress)
	case excuses:
		p.cover(h, marksHarmless)
	}
}

func (p *phrases) cover(h hit, m mark) {
	for i := h.from; i < h.to; i++ {
		p.marks[i] |= m
	}
}

// counts reports whether a hit is a reason to refuse the text.
func (p *phrases) counts(h hit, action string) bool {
	if h.class.reason == Contrary && h.class.action != action && (h.class.action != anyAction || action == "") {
		return false
	}
	return !p.excused(h) && (h.class.role != denies || !p.negated(h))
}

// excused reports whether a harmless phrase covers the whole of a hit.
func (p *phrases) excused(h hit) bool {
	for i := h.from; i < h.to; i++ {
		if p.tokens[i].kind != comma && p.marks[i]&marksHarmless == 0 {
			return false
		}
	}
	return true
}

// negated reports whether an odd number of negations reaches a hit.
func (p *phrases) negated(h hit) bool {
	return (p.before(h)+p.after(h))%2 == 1
}

// before counts negations in the same clause within reach before a hit.
func (p *phrases) before(h hit) (n int) {
	steps := reach
	if p.lex.cjk {
		return 0
	}
	for i := h.from - 1; i >= 0 && steps > 0; i-- {
		if p.ends(i) {
			return n
		}
		if p.negation(i) {
			n++
		}
		steps--
	}
	return n
}

// after counts negations that follow a hit in languages that put them there.
func (p *phrases) after(h hit) (n int) {
	end := h.to
	for end < len(p.tokens) && !p.ends(end) {
		end++
	}
	if p.lex.negatesFinal && end > h.to && p.negation(end-1) {
		n++
	}
	for i := h.to; i < min(end, h.to+p.lex.negatesIn); i++ {
		if p.negation(i) {
			n++
		}
	}
	return n
}

func (p *phrases) negation(i int) bool {
	return p.marks[i]&marksNegation != 0 && p.marks[i]&marksStress == 0
}

// ends reports whether no negation reaches across token i.
func (p *phrases) ends(i int) bool {
	return p.tokens[i].kind == comma || p.tokens[i].kind == stop || p.marks[i]&marksContrast != 0
}
