package client

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
)

// A transport may read on in a body whose request was answered early. That takes
// nothing from the repetition, which would make a job that lacks lines, and
// nothing from the caller, who may close its file.
func TestUploadIsWholeEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := bytes.Repeat([]byte("{}\n"), 1000)
		var first io.Reader
		var second []byte
		slow := roundTrip(func(req *http.Request) (*http.Response, error) {
			if first == nil {
				first = req.Body
				return problem(http.StatusServiceUnavailable, "unavailable", "1").response(req), nil
			}
			half := make([]byte, 100)
			n, _ := io.ReadFull(req.Body, half)
			_, _ = io.CopyN(io.Discard, first, 100)
			rest, err := io.ReadAll(req.Body)
			second = append(half[:n], rest...)
			if err != nil {
				t.Error(err)
			}
			return scripted{status: http.StatusAccepted, body: `{"id":"bat_1"}`}.response(req), nil
		})
		c, err := New("https://ballast.example", "blk_key", WithHTTP(&http.Client{Transport: slow}))
		if err != nil {
			t.Fatal(err)
		}
		file := bytes.NewReader(lines)
		if _, err := c.CreateBatch(t.Context(), "key", file); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(second, lines) {
			t.Errorf("the repetition has %d of %d bytes", len(second), len(lines))
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if n, err := first.Read(make([]byte, 1)); n != 0 || errors.Is(err, io.EOF) || file.Len() != len(lines) {
			t.Errorf("after the call %d bytes were read: %v", n, err)
		}
	})
}
