package bedrock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// maxResponse bounds what is read of one response. An answer of 4096 tokens is
// about 20 kB.
const maxResponse = 1 << 20

// errTooLarge ends the reading of a response that is no answer.
var errTooLarge = errors.New("response is larger than 1 MiB")

// newTransport is an HTTP transport for one upstream host: connections are
// kept, and every phase but the model's own thinking has a limit.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 5 * time.Second
	t.MaxIdleConns = 128
	t.MaxIdleConnsPerHost = 128
	t.IdleConnTimeout = 55 * time.Second // below the 60 s of AWS load balancers
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

// newHTTPClient bounds responses and follows no redirect: a signed request is
// for the host it was signed for. Waiting for the response is limited by the
// attempt's context alone, for Bedrock sends nothing until the model is done.
func newHTTPClient(t *http.Transport) *http.Client {
	if t == nil {
		t = newTransport()
	} else {
		t = t.Clone()
	}
	return &http.Client{
		Transport:     boundedResponses{t},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// boundedResponses cuts response bodies off at maxResponse and notes what an
// attempt was answered with.
type boundedResponses struct{ next http.RoundTripper }

func (b boundedResponses) RoundTrip(req *http.Request) (*http.Response, error) {
	req, err := inMemory(req)
	if err != nil {
		return nil, err
	}
	resp, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// The body is the connection itself: no deadline ends a read of it.
		_ = resp.Body.Close()
		resp.Body = http.NoBody
	}
	if resp.ContentLength > maxResponse {
		resp.ContentLength = -1 // or the reader would reserve that much
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxResponse}
	if seen := watched(req.Context()); seen != nil {
		seen.note(resp)
	}
	return resp, nil
}

// inMemory copies req with a body that the transport knows to be in memory, so
// that it goes out in one write with the headers. The SDK's own body is closed
// by the SDK when the response's headers are there; a transport that is still
// looking for its end then gives the connection up, and an answer whose body
// comes a little later is lost, though it is billed.
func inMemory(req *http.Request) (*http.Request, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	body := bytes.NewBuffer(make([]byte, 0, max(req.ContentLength, 0)+bytes.MinRead))
	_, err := body.ReadFrom(req.Body)
	if err = errors.Join(err, req.Body.Close()); err != nil {
		return nil, err
	}
	copied := req.WithContext(req.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
	return copied, nil
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

// Read fails with errTooLarge on the first byte too many.
func (b *boundedBody) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), errTooLarge
	}
	b.left -= int64(n)
	return n, err
}

// sending watches one attempt on the wire.
type sending struct {
	// began is set once a connection was had. A request without one cannot have
	// left the machine; from then on nothing is certain.
	began atomic.Bool

	mu      sync.Mutex
	status  int         // 0: no response
	header  http.Header // of the response
	message string      // of an error, whichever case its member's name has
}

type sendingKey struct{}

// watch returns a context whose request is observed by s.
func (s *sending) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(context.WithValue(ctx, sendingKey{}, s), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { s.began.Store(true) },
	})
}

func watched(ctx context.Context) *sending {
	s, _ := ctx.Value(sendingKey{}).(*sending)
	return s
}

// note keeps the status and, of an error, the message. IAM's refusals spell it
// Message and Bedrock's own message; the SDK's typed errors know the latter
// only.
func (s *sending) note(resp *http.Response) {
	var message string
	if resp.StatusCode >= 300 {
		body, err := io.ReadAll(resp.Body)
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), failing{err}), resp.Body}
		message = errorMessage(body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.header, s.message = resp.StatusCode, resp.Header, message
}

// answered returns what was noted; the status is 0 without a response.
func (s *sending) answered() (status int, header http.Header, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status, s.header, s.message
}

// errorMessage reads the message of an error body, or "".
func errorMessage(body []byte) string {
	var said struct{ Message string } // encoding/json ignores the case
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	return said.Message
}

// failing replays the error that ended a body; nil is the end of the file.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}
