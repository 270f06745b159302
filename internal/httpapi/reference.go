package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/docs"
)

// reference is a form of the contract. It is the same for everybody until there
// is another server, so a caller who keeps it need not be sent it again.
type reference struct {
	contentType string
	policy      string // of a page; "": the one of all answers
	body        []byte
	known       *string // If-None-Match: what the caller keeps
}

// GetContract sends the contract as JSON.
func (h handlers) GetContract(_ context.Context, r api.GetContractRequestObject) (api.GetContractResponseObject, error) {
	return reference{"application/json", "", contract.JSON, r.Params.IfNoneMatch}, nil
}

// GetDocs sends the contract as a page.
func (h handlers) GetDocs(_ context.Context, r api.GetDocsRequestObject) (api.GetDocsResponseObject, error) {
	p, err := h.docs()
	return reference{mediaTypeOfPages, p.Policy, p.HTML, r.Params.IfNoneMatch}, err
}

func renderDocs() (docs.Page, error) { return docs.Render(contract.YAML, problemsForDocs()) }

// VisitGetContractResponse sends it, or says that the caller has it.
func (f reference) VisitGetContractResponse(w http.ResponseWriter) error {
	sum := sha256.Sum256(f.body)
	etag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // ask each time; the answer is a 304
	h.Set("ETag", etag)
	if f.policy != "" {
		h.Set("Content-Security-Policy", f.policy)
	}
	if matches(orZero(f.known), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	writeBody(w, http.StatusOK, f.contentType, f.body)
	return nil
}

// VisitGetDocsResponse does the same.
func (f reference) VisitGetDocsResponse(w http.ResponseWriter) error {
	return f.VisitGetContractResponse(w)
}

// matches tells whether If-None-Match names an ETag. A proxy that compresses
// makes it a weak one.
func matches(known, etag string) bool {
	names := strings.FieldsFunc(known, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Contains(names, etag) || slices.Contains(names, "W/"+etag) || known == "*"
}
