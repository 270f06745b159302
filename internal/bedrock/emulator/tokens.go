package emulator

import (
	"unicode"
	"unicode/utf8"
)

// The tokenizer is not Claude's, which is not public. It is as dense: about
// 2.4 bytes for a token in lines of facts, four in prose, and never more tokens
// than bytes. Input and output are counted by the same rule, so that a text cut
// off at n tokens counts n.
const (
	wordPiece   = 5 // letters of one token in words
	capsPiece   = 2 // in abbreviations and tickers
	digitPiece  = 2
	sameSymbols = 4 // a run of one symbol, such as ----
)

// Overheads in tokens. Eight around a message, and the tool prompts as
// Anthropic documented them for Claude 3 Haiku.
const (
	messageOverhead   = 8
	toolAutoOverhead  = 264
	toolForceOverhead = 340
	toolCallOverhead  = 70 // around the answer of a tool call
	imageTokens       = 1600
)

// countTokens counts the tokens of s.
func countTokens(s string) int {
	n := 0
	for s != "" {
		s = s[firstToken(s):]
		n++
	}
	return n
}

// cutTokens returns the first n tokens of s.
func cutTokens(s string, n int) string {
	end := 0
	for ; n > 0 && end < len(s); n-- {
		end += firstToken(s[end:])
	}
	return s[:end]
}

// firstToken is the length in bytes of the first token of a non-empty s. A
// blank belongs to the word after it.
func firstToken(s string) int {
	lead := 0
	if s[0] == ' ' && len(s) > 1 {
		lead = 1
	}
	r, size := utf8.DecodeRuneInString(s[lead:])
	switch {
	case isDigit(r):
		return lead + run(s[lead:], digitPiece, isDigit)
	case isUpper(r) && run(s[lead:], capsPiece, isUpper) > size:
		return lead + run(s[lead:], capsPiece, isUpper)
	case isLetter(r):
		return lead + run(s[lead:], wordPiece, isLetter)
	case lead == 1:
		return lead
	case r < utf8.RuneSelf:
		return run(s, sameSymbols, func(next rune) bool { return next == r })
	default:
		return size // scripts without small alphabets, and broken UTF-8
	}
}

// run is the length in bytes of up to limit runes that are in a class.
func run(s string, limit int, in func(rune) bool) int {
	end := 0
	for range limit {
		r, size := utf8.DecodeRuneInString(s[end:])
		if size == 0 || r == utf8.RuneError && size == 1 || !in(r) {
			break
		}
		end += size
	}
	return max(end, 1)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }

// isLetter knows the alphabets up to Greek and Cyrillic.
func isLetter(r rune) bool { return r < 0x530 && unicode.IsLetter(r) }
