// Package console serves the web console, which web/build.mjs bundles into
// dist. It is a client of the public API like any other: nothing here knows
// more than a browser may.
package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// file is one file of the console, ready to be sent.
type file struct {
	mediaType string
	etag      string
	plain     []byte
	gzipped   func() []byte // made when it is first asked for; nil where compressing does not pay
}

// Handler serves the console's files: index.html at `/`, each under
// `/console/NAME`. What is not there goes to notFound.
type Handler struct {
	files    map[string]file
	policy   string
	notFound http.Handler
}

// New reads the console. reportStyle is the style sheet inside the printed
// report, which the console shows in a frame that inherits its policy.
func New(reportStyle string, notFound http.Handler) (*Handler, error) {
	files, err := embedded()
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	return &Handler{files: files, policy: policy(reportStyle), notFound: notFound}, nil
}

// embedded are the files of dist by their names, read and compressed once in a
// process.
var embedded = sync.OnceValues(func() (map[string]file, error) {
	files := map[string]file{}
	entries, err := fs.ReadDir(dist, "dist")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		content, err := fs.ReadFile(dist, "dist/"+e.Name())
		if err != nil {
			return nil, err
		}
		files[e.Name()] = newFile(e.Name(), content)
	}
	return files, nil
})

func newFile(name string, content []byte) file {
	sum := sha256.Sum256(content)
	f := file{mediaType: mediaType(name), etag: hex.EncodeToString(sum[:12]), plain: content}
	if !strings.HasSuffix(name, ".woff2") { // is compressed
		f.gzipped = sync.OnceValue(func() []byte { return gzipped(content) })
	}
	return f
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // fails for unknown levels alone
	_, errWrite := w.Write(content)
	if err := errors.Join(errWrite, w.Close()); err != nil {
		panic("console: " + err.Error()) // a buffer takes everything
	}
	return b.Bytes()
}

// mediaType does not ask the machine, which may have none of these or others.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	default:
		return "text/plain; charset=utf-8"
	}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := "index.html"
	if r.URL.Path != "/" {
		name = strings.TrimPrefix(r.URL.Path, "/console/")
	}
	f, ok := h.files[name]
	if !ok {
		h.notFound.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", h.policy)
	f.serve(w, r)
}

// serve sends the file, compressed where the caller takes that.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	header, content, etag := w.Header(), f.plain, f.etag
	if f.gzipped != nil {
		header.Add("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			content, etag = f.gzipped(), etag+"-gzip"
			header.Set("Content-Encoding", "gzip")
		}
	}
	header.Set("Content-Type", f.mediaType)
	header.Set("Cache-Control", "no-cache") // ask each time; the answer is a 304
	header.Set("ETag", `"`+etag+`"`)
	if r.Header.Get("If-None-Match") == header.Get("ETag") {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // the caller has gone: nobody to tell
}

// takesGzip reads Accept-Encoding; q=0 is a refusal.
func takesGzip(accepted string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		coding, params, err := mime.ParseMediaType("x/" + strings.TrimSpace(part))
		if err == nil && coding == "x/gzip" {
			return params["q"] == "" || strings.Trim(params["q"], "0.") != ""
		}
	}
	return false
}
