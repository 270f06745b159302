package iam

import "strings"

// glob is a pattern: runes to be met literally and, as negative values,
// wildcards.
type glob []rune

const (
	anyRun  rune = -1 // *: any characters, or none
	anyRune rune = -2 // ?: exactly one character
)

// literal makes a glob that matches s alone.
func literal(s string) glob { return glob(s) }

// pattern makes a glob of s, where * and ? are wildcards.
func pattern(s string) glob {
	g := glob(s)
	for i, r := range g {
		switch r {
		case '*':
			g[i] = anyRun
		case '?':
			g[i] = anyRune
		}
	}
	return g
}

// matches takes time proportional to len(g)*len(s) at the worst: it remembers
// only the last *.
func (g glob) matches(s string) bool {
	in := []rune(s)
	i, j := 0, 0
	star, mark := -1, 0
	for j < len(in) {
		switch {
		case i < len(g) && g[i] == anyRun:
			star, mark = i, j
			i++
		case i < len(g) && (g[i] == anyRune || g[i] == in[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(g) && g[i] == anyRun {
		i++
	}
	return i == len(g)
}

// arnParts is how many parts an ARN has: arn, partition, service, region,
// account, resource. The resource may itself contain colons.
const arnParts = 6

// matchARN compares part by part, so that a wildcard does not reach over a
// colon, except that one at the very end of a shorter pattern does.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func matchARN(pat []glob, arn string) bool {
	parts := strings.SplitN(arn, ":", arnParts)
	if len(parts) < len(pat) || len(pat) < arnParts && !pat[len(pat)-1].openEnded() {
		return false
	}
	for i, g := range pat {
		if !g.matches(parts[i]) {
			return false
		}
	}
	return true
}

func (g glob) openEnded() bool { return len(g) > 0 && g[len(g)-1] == anyRun }
