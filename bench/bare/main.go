// Command bare is the least service that answers over HTTP with what a model
// on Bedrock says: one InvokeModel call for each request, always with the same
// body, and nothing around it. It is what Ballast is measured against.
//
// It takes the body of the call from the file that is its argument, the
// endpoint from BARE_ENDPOINT and the keys from the SDK's own variables.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
)

// modelID is the model of the guide.
const modelID = "anthropic.claude-3-haiku-20240307-v1:0"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if len(os.Args) != 2 {
		return fmt.Errorf("want the file of the call's body, got %d arguments", len(os.Args)-1)
	}
	body, err := os.ReadFile(os.Args[1]) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	client, err := newClient(ctx, os.Getenv("BARE_ENDPOINT"))
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /v1/recommendations", invoke(client, body))
	mux.HandleFunc("GET /metrics", metrics)
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	url := "http://" + ln.Addr().String()
	fmt.Printf("api %s\nadmin %s\n", url, url)
	return (&http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}).Serve(ln)
}

// newClient keeps as many connections as Ballast does: dialling anew is not
// what is compared.
func newClient(ctx context.Context, endpoint string) (*bedrockruntime.Client, error) {
	transport := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConns, t.MaxIdleConnsPerHost = 128, 128 })
	cfg, err := config.LoadDefaultConfig(ctx, config.WithBaseEndpoint(endpoint), config.WithHTTPClient(transport))
	if err != nil {
		return nil, err
	}
	return bedrockruntime.NewFromConfig(cfg), nil
}

// invoke reads the request and answers with the model's own response.
func invoke(client *bedrockruntime.Client, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out, err := client.InvokeModel(r.Context(), &bedrockruntime.InvokeModelInput{
			ModelId: aws.String(modelID), ContentType: aws.String("application/json"), Accept: aws.String("application/json"), Body: body,
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out.Body) // the caller may have gone
	}
}

// metrics tells the allocations by the names that client_golang gives them.
func metrics(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(w, "go_memstats_mallocs_total %d\ngo_memstats_alloc_bytes_total %d\n", m.Mallocs, m.TotalAlloc)
}
