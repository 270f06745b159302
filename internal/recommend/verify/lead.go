package verify

// What stands before a figure says what it is of. Among the neutral words are many
// that no figure is of, "the number", "the proceeds", "the market", and honest texts
// need few of them there.

// led reports whether a neutral word stands before a figure in its clause that does not
// lead to one.
func (cl *claimList) led(tokens []token) bool {
	if len(cl.ahead) == 0 {
		return false
	}
	for i := range tokens {
		if !tokens[i].figure {
			continue
		}
		for j := i - 1; j >= 0 && tokens[j].clause == tokens[i].clause && !tokens[j].figure; j-- {
			if t := &tokens[j]; t.fold != "" && !t.covered && !cl.ahead[t.fold] {
				return true
			}
		}
	}
	return false
}
