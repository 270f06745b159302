package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"

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
	etag        string
}

func newReference(contentType, policy string, body []byte) reference {
	sum := sha256.Sum256(body)
	return reference{contentType, policy, body, `"` + hex.EncodeToString(sum[:12]) + `"`}
}

var contractAsJSON = sync.OnceValue(func() reference { return newReference("application/json", "", contract.JSON) })

func renderDocs() (reference, error) {
	p, err := docs.Render(contract.YAML, problemsForDocs())
	return newReference(mediaTypeOfPages, p.Policy, p.HTML), err
}

// askedFor is a reference for a caller who may keep one.
type askedFor struct {
	reference
	known *string // If-None-Match: what the caller keeps
}

// GetContract sends the contract as JSON.
func (h handlers) GetContract(_ context.Context, r api.GetContractRequestObject) (api.GetContractResponseObject, error) {
	return askedFor{contractAsJSON(), r.Params.IfNoneMatch}, nil
}

// GetDocs sends the contract as a page.
func (h handlers) GetDocs(_ context.Context, r api.GetDocsRequestObject) (api.GetDocsResponseObject, error) {
	page, err := h.docs()
	return askedFor{page, r.Params.IfNoneMatch}, err
}

// VisitGetContractResponse sends it, or says that the caller has it.
func (f askedFor) VisitGetContractResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // ask each time; the answer is a 304
	h.Set("ETag", f.etag)
	if f.policy != "" {
		h.Set("Content-Security-Policy", f.policy)
	}
	if matches(orZero(f.known), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	writeBody(w, http.StatusOK, f.contentType, f.body)
	return nil
}

// VisitGetDocsResponse does the same.
func (f askedFor) VisitGetDocsResponse(w http.ResponseWriter) error {
	return f.VisitGetContractResponse(w)
}

// matches tells whether If-None-Match names an ETag. A proxy that compresses
// makes it a weak one.
func matches(known, etag string) bool {
	names := strings.FieldsFunc(known, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Contains(names, etag) || slices.Contains(names, "W/"+etag) || known == "*"
}
