package httpapi

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// wantsStream reports whether a caller would rather have events than JSON:
// whichever Accept gives the greater weight, and of two equals the one that it
// names first. Clients that are generated from the contract name both, JSON
// first. Wildcards do not count: they take what there is.
func wantsStream(h http.Header) bool {
	stream, document := 0.0, 0.0
	streamFirst := false
	for field := range strings.SplitSeq(strings.Join(h.Values("Accept"), ","), ",") {
		named, params, err := mime.ParseMediaType(field)
		if err != nil {
			continue
		}
		switch named {
		case eventStream:
			stream = max(stream, weightOf(params["q"]))
			streamFirst = streamFirst || document == 0
		case "application/json":
			document = max(document, weightOf(params["q"]))
		}
	}
	return stream > document || stream > 0 && stream == document && streamFirst
}

// weightOf reads the q of a media type, from 0 to 1; without one it is 1.
func weightOf(q string) float64 {
	weight, err := strconv.ParseFloat(q, 64)
	if q == "" || err != nil || weight > 1 {
		return 1
	}
	return max(weight, 0)
}
