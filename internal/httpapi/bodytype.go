package httpapi

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// bodyTypes are what a body may call itself. With no media type any is taken.
type bodyTypes struct {
	media    []string
	charsets []string // in lower case; none said: it is taken
}

// typesOfJSON is what every operation takes that has no types of its own.
var typesOfJSON = bodyTypes{[]string{"application/json"}, []string{"utf-8"}}

// check wants one of the media types, in one of the charsets where it says.
func (t bodyTypes) check(h http.Header) error {
	if len(t.media) == 0 {
		return nil
	}
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || !slices.Contains(t.media, media) {
		return &mediaTypeError{bodyTypes: t}
	}
	if charset, told := params["charset"]; told && !slices.Contains(t.charsets, strings.ToLower(charset)) {
		return &mediaTypeError{t, true}
	}
	return nil
}

// mediaTypeError says what a body may be that it is not.
type mediaTypeError struct {
	bodyTypes
	charset bool // is what is wrong
}

func (e *mediaTypeError) Error() string {
	if e.charset {
		return "the charset must be " + strings.Join(e.charsets, " or ")
	}
	return "the Content-Type must be " + strings.Join(e.media, " or ")
}

// Is makes it one of the errors of media types.
func (e *mediaTypeError) Is(target error) bool { return target == errMediaType }
