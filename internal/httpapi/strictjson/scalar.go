package strictjson

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// raw passes over a string and returns it with its quotes.
func (w *walker) raw() []byte {
	start := w.at
	for w.at++; w.data[w.at] != '"'; w.at++ {
		if w.data[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	return w.data[start:w.at]
}

// text reads a string; it is null in place of one that is no text.
func (w *walker) text() any {
	s, ok := decode(w.raw())
	if !ok {
		w.fault("bad_text", "Half of a surrogate pair is no character.")
		return nil
	}
	return s
}

// name reads a member's name. One that cannot be told in a pointer is a fault
// of the object, and cut.
func (w *walker) name() string {
	s, ok := decode(w.raw())
	if !ok {
		w.fault("bad_text", "Half of a surrogate pair is no character.")
	}
	if len(s) > maxName {
		w.fault("too_long", "A member's name has more than "+strconv.Itoa(maxName)+" bytes.")
		return strings.ToValidUTF8(s[:maxName], "")
	}
	return s
}

// decode turns a quoted JSON string into what it says; false when half a
// surrogate pair is escaped in it.
func decode(quoted []byte) (string, bool) {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), true
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return "", false // cannot be: the syntax has been checked
	}
	return s, !loneSurrogate(inner)
}

// loneSurrogate looks for \uD800 to \uDFFF outside a high-low pair.
func loneSurrogate(s []byte) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		switch unit := escaped(s[i:]); {
		case unit < 0:
			i++ // a two-character escape
		case unit >= 0xdc00 && unit <= 0xdfff:
			return true
		case unit >= 0xd800 && unit <= 0xdbff:
			if low := escaped(s[i+6:]); low < 0xdc00 || low > 0xdfff {
				return true
			}
			i += 11
		default:
			i += 5
		}
	}
	return false
}

// escaped is the UTF-16 unit of a \uXXXX that s starts with, or -1.
func escaped(s []byte) int {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(unit)
}

// number reads a number; it is null in place of one that nobody means.
func (w *walker) number() any {
	start := w.at
	for w.at < len(w.data) && strings.IndexByte("+-.eE0123456789", w.data[w.at]) >= 0 {
		w.at++
	}
	literal := string(w.data[start:w.at])
	if !plausible(literal) {
		w.fault("out_of_range", "The number has more digits or a larger exponent than can be meant.")
		return nil
	}
	if short, ok := wholeNumber(literal); ok {
		w.wholes = append(w.wholes, whole{start, w.at, short})
	}
	return json.Number(literal)
}

// whole is a whole number that stands from start to end and has a point or an
// exponent, and how it is written without.
type whole struct {
	start, end int
	short      string
}

// wholeNumber writes a plausible literal without its point and exponent if
// nothing is lost.
func wholeNumber(literal string) (string, bool) {
	if strings.ContainsAny(literal, "eE") {
		var r big.Rat
		if _, ok := r.SetString(literal); !ok || !r.IsInt() {
			return "", false
		}
		return r.Num().String(), true
	}
	units, fraction, pointed := strings.Cut(literal, ".")
	return units, pointed && strings.Trim(fraction, "0") == ""
}

// plain is the text with its whole numbers written short.
func (w *walker) plain() []byte {
	if len(w.wholes) == 0 {
		return w.data
	}
	var out []byte
	at := 0
	for _, n := range w.wholes {
		out = append(append(out, w.data[at:n.start]...), n.short...)
		at = n.end
	}
	return append(out, w.data[at:]...)
}

func plausible(literal string) bool {
	if len(literal) > maxNumber {
		return false
	}
	i := strings.IndexAny(literal, "eE")
	if i < 0 {
		return true
	}
	exponent, err := strconv.Atoi(literal[i+1:])
	return err == nil && exponent >= -maxExponent && exponent <= maxExponent
}
