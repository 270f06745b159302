package console

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../../.."

func handler(t *testing.T) *Handler {
	t.Helper()
	h, err := New("p{}", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bundle is what the sources of web/ give, byte for byte.
func TestBundleIsFresh(t *testing.T) {
	if _, err := os.Stat(root + "/node_modules/esbuild"); err != nil {
		t.Skip("the npm packages are not installed: npm ci")
	}
	fresh := filepath.Join(t.TempDir(), "dist")
	if out, err := exec.CommandContext(t.Context(), "node", root+"/web/build.mjs", fresh).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if d := cmp.Diff(digest(t, fresh), digest(t, "dist")); d != "" {
		t.Errorf("stale: run make generate\n%s", d)
	}
}

// The sources hold to their types.
func TestTypes(t *testing.T) {
	if _, err := os.Stat(root + "/node_modules/typescript"); err != nil {
		t.Skip("the npm packages are not installed: npm ci")
	}
	cmd := exec.CommandContext(t.Context(), "node", root+"/node_modules/typescript/bin/tsc", "--noEmit", "-p", root+"/web")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// digest is the size and the content's tag of each file of a folder.
func digest(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = newFile(e.Name(), content).etag
	}
	return all
}

// Every language has the same words with the same places to fill.
func TestLanguagesAgree(t *testing.T) {
	files, err := filepath.Glob(root + "/web/src/locales/*/*.json")
	if err != nil || len(files) != 8*6 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		english := filepath.Join(root, "web/src/locales/en", filepath.Base(f))
		if d := cmp.Diff(placesOf(t, english), placesOf(t, f)); d != "" {
			t.Errorf("%s: %s", f, d)
		}
	}
}

// placesOf are the {places} to fill in each word of a catalogue.
func placesOf(t *testing.T, path string) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(content, &words); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	places := map[string][]string{}
	for word, text := range words {
		places[word] = regexp.MustCompile(`\{\w+\}`).FindAllString(text, -1)
		slices.Sort(places[word])
		if text == "" {
			t.Errorf("%s: %s is empty", path, word)
		}
	}
	return places
}

func TestServesItsFiles(t *testing.T) {
	h := handler(t)
	for path, mediaType := range map[string]string{
		"/":                     "text/html; charset=utf-8",
		"/console/console.js":   "text/javascript; charset=utf-8",
		"/console/console.css":  "text/css; charset=utf-8",
		"/console/icon.svg":     "image/svg+xml",
		"/console/inter.woff2":  "font/woff2",
		"/console/licences.txt": "text/plain; charset=utf-8",
	} {
		r := get(h, path)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != mediaType || r.ContentLength <= 0 {
			t.Errorf("%s: %d %q, %d bytes", path, r.StatusCode, r.Header.Get("Content-Type"), r.ContentLength)
		}
		again := get(h, path, "If-None-Match", r.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || len(read(t, again.Body)) != 0 {
			t.Errorf("%s: %d when nothing has changed", path, again.StatusCode)
		}
	}
	for _, path := range []string{"/console/", "/console/none.js", "/console/../console.go", "/console"} {
		if r := get(h, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

func TestCompressesForWhoTakesIt(t *testing.T) {
	h := handler(t)
	plain := read(t, get(h, "/console/console.js").Body)
	for accepted, want := range map[string]string{
		"gzip": "gzip", "br, gzip;q=0.5": "gzip", "gzip;q=0": "", "gzip; q=0.0": "", "br": "", "": "", "xgzip": "",
	} {
		r := get(h, "/console/console.js", "Accept-Encoding", accepted)
		if r.Header.Get("Content-Encoding") != want || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %q", accepted, r.Header.Get("Content-Encoding"))
		}
		var body io.Reader = r.Body
		if want == "gzip" {
			unzipped, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = unzipped
		}
		if !bytes.Equal(read(t, body), plain) {
			t.Errorf("%q: not the same script", accepted)
		}
	}
	if get(h, "/console/console.js", "Accept-Encoding", "gzip").Header.Get("ETag") == get(h, "/console/console.js").Header.Get("ETag") {
		t.Error("two representations share a tag")
	}
}

// What the first paint needs in the largest language, compressed.
func TestFirstPaintIsSmall(t *testing.T) {
	const most = 200 << 10
	h, total, largest := handler(t), 0, 0
	for name := range h.files {
		size := len(read(t, get(h, "/console/"+name, "Accept-Encoding", "gzip").Body))
		switch {
		case name == "licences.txt":
		case regexp.MustCompile(`^[a-z]{2}-`).MatchString(name):
			largest = max(largest, size)
		default:
			total += size
		}
	}
	if total+largest > most {
		t.Errorf("%d bytes, want at most %d", total+largest, most)
	}
}

// The policy allows the console's own files and server, and nothing inline.
func TestPolicy(t *testing.T) {
	r := get(handler(t), "/")
	policy := r.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("no %s in %s", want, policy)
		}
	}
	if m := regexp.MustCompile(`unsafe|https?:|\*|data:|blob:`).FindString(policy); m != "" {
		t.Errorf("%s in %s", m, policy)
	}
	page := string(read(t, r.Body))
	if m := regexp.MustCompile(`(?i)<script>|<style|\sstyle=|\son\w+=|https?://`).FindString(page); m != "" {
		t.Errorf("%s in the page", m)
	}
}
