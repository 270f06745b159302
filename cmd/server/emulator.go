package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/telemetry"
)

// runEmulator serves the Bedrock Runtime emulator alone, for any AWS SDK or the
// AWS CLI. It prints the access key it issued as lines for a shell.
func runEmulator(ctx context.Context, args []string, env environment) error {
	fs := newFlags(env, "server emulator [flags]")
	var e emulated
	addr := fs.String("addr", "127.0.0.1:9191", "listen `address`")
	fs.StringVar(&e.region, "region", bedrock.DefaultRegion, "AWS `region` it stands for")
	policyFile := fs.String("policy", "", "IAM policy `file` it enforces (default: the recommended one)")
	fs.StringVar(&e.faults, "faults", "", "`list` of faults, such as throttle=0.1,latency=800ms; "+faultsHelp())
	fs.IntVar(&e.quota.RequestsPerMinute, "requests-per-minute", 0, "quota of `requests` a minute for each model; 0: none")
	fs.IntVar(&e.quota.TokensPerMinute, "tokens-per-minute", 0, "quota of `tokens` a minute for each model, input and max_tokens; 0: none")
	level := fs.String("log-level", "info", "debug, info, warn or error")
	if err := parse(fs, args, 0); err != nil {
		return err
	}
	log, err := telemetry.NewLogger(env.stderr, "text", *level)
	if err != nil {
		return usageError{err}
	}
	if e.policy, err = readOptional(*policyFile); err != nil {
		return usageError{err}
	}
	srv, cred, err := newEmulator(e, log)
	if err != nil {
		return err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *addr)
	if err != nil {
		return fmt.Errorf("%w; -addr sets where to listen", err)
	}
	printExports(env.stdout, ln.Addr().String(), e.region, cred)
	return serveUntil(ctx, emulator.NewHTTPServer(srv), ln)
}

// printExports prints what a shell needs for the SDKs and the AWS CLI. The
// endpoints of all that the emulator answers for are among them: without them
// the SDKs would take these keys to AWS. What a shell may have for AWS and would
// win over these keys is taken away. Some SDKs read the one name of the region,
// some the other.
func printExports(w io.Writer, addr, region string, cred emulator.Credential) {
	fmt.Fprintf(w, "emulator http://%s\nunset AWS_PROFILE AWS_SESSION_TOKEN %s\n", addr, bedrock.BearerTokenVariable)
	for _, service := range []string{"BEDROCK_RUNTIME", "BEDROCK", "STS"} {
		fmt.Fprintf(w, "export AWS_ENDPOINT_URL_%s=http://%s\n", service, addr)
	}
	fmt.Fprintf(w, "export AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\nexport AWS_REGION=%s\nexport AWS_DEFAULT_REGION=%s\n",
		cred.AccessKeyID, cred.Secret, region, region)
}

// faultsHelp names every fault and when it can happen.
func faultsHelp() string {
	return "each with a rate (0.1), a period (1/4) or a count (2x), latency also as 800ms@1/4. There are: " +
		strings.Join(emulator.FaultNames(), ", ")
}

// serveUntil serves until ctx ends, then waits for the requests in flight.
func serveUntil(ctx context.Context, srv *http.Server, ln net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- serving(srv.Serve(ln)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(srv.Shutdown(stopCtx), <-failed)
}

// readOptional reads a file, or nothing when there is no path.
func readOptional(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	return os.ReadFile(path)
}
