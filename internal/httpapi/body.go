package httpapi

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"

	"ballast.internal/ballast/internal/httpapi/strictjson"
)

// checkedBody reads the body of a POST within its limit and lets only one pass
// that fits the contract. The generated handlers then decode it without
// surprises.
func (s *server) checkedBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, err := s.readBody(w, r)
			if err == nil {
				err = checkBody(body)
			}
			if err != nil {
				s.writeProblem(w, r, err)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if !isJSON(r.Header) {
		return nil, errMediaType
	}
	if r.ContentLength > s.MaxBodyBytes { // before a caller that waits for 100 Continue sends it
		return nil, &http.MaxBytesError{Limit: s.MaxBodyBytes}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.MaxBodyBytes))
	if err != nil && !as[*http.MaxBytesError](err) {
		return nil, &strictjson.SyntaxError{Offset: int64(len(body)), Reason: "the body broke off"}
	}
	return body, err
}

// isJSON wants application/json in UTF-8, and no encoding such as gzip: a
// compressed body hides its size.
func isJSON(h http.Header) bool {
	mediaType, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || mediaType != "application/json" || h.Get("Content-Encoding") != "" {
		return false
	}
	charset, told := params["charset"]
	return !told || strings.EqualFold(charset, "utf-8")
}
