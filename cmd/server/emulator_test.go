package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/recommend"
)

// startEmulator runs the command until the test ends. It returns what the
// command prints for a shell.
func startEmulator(t *testing.T, args ...string) map[string]string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	lines, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := runEmulator(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), environment{stdout: out, stderr: io.Discard})
		_ = out.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	printed := map[string]string{}
	for scan := bufio.NewScanner(lines); printed["AWS_DEFAULT_REGION"] == "" && scan.Scan(); {
		name, value, _ := strings.Cut(strings.Replace(strings.TrimPrefix(scan.Text(), "export "), "emulator ", "emulator=", 1), "=")
		printed[name] = value
	}
	return printed
}

// TestEmulatorKeepsItsQuota throttles the call beyond the requests of a minute,
// and the call whose input and max_tokens are beyond the tokens.
func TestEmulatorKeepsItsQuota(t *testing.T) {
	for quota, passing := range map[string]int{"-requests-per-minute=3": 3, "-tokens-per-minute=50": 0} {
		t.Run(quota, func(t *testing.T) {
			printed := startEmulator(t, quota)
			client, err := bedrock.New(t.Context(), bedrock.Config{
				Endpoint: printed["emulator"], Provider: bedrock.ProviderEmulator,
				Credentials: bedrock.Credentials{Static: &bedrock.StaticKeys{
					AccessKeyID: printed["AWS_ACCESS_KEY_ID"], SecretAccessKey: printed["AWS_SECRET_ACCESS_KEY"],
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range passing + 1 {
				_, err := client.Invoke(t.Context(), recommend.ModelRequest{User: "Hi", MaxTokens: 100})
				var fault *recommend.ModelError
				throttled := errors.As(err, &fault) && fault.Kind == recommend.KindThrottled
				if i < passing && err != nil || i == passing && !throttled {
					t.Errorf("call %d of %d: %v", i+1, passing, err)
				}
			}
		})
	}
}

// TestVerifyTakesWhatTheEmulatorPrints, and nothing else.
func TestVerifyTakesWhatTheEmulatorPrints(t *testing.T) {
	for name, want := range map[string]int{"recommended": exitOK, "any": exitFail} {
		t.Run(name, func(t *testing.T) {
			printed := startEmulator(t, "-policy="+write(t, "policy.json", policies(t)[name]))
			p := &program{env: printed}
			for name, value := range printed {
				t.Setenv(name, value) // the SDK reads the process's own
			}
			if code := p.run(t, "verify", "-prove"); code != want || !strings.Contains(p.stdout.String(), printed["emulator"]) {
				t.Errorf("exit code %d, want %d\n%s", code, want, p.stdout.String())
			}
		})
	}
}

// TestEmulatorPrintsAShell is all that a shell needs, whatever it had for AWS.
func TestEmulatorPrintsAShell(t *testing.T) {
	printed := startEmulator(t, "-region=eu-central-1")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if printed[name] != "eu-central-1" {
			t.Errorf("%s is %q", name, printed[name])
		}
	}
	if _, ok := printed["unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK"]; !ok {
		t.Errorf("nothing is taken away: %v", printed)
	}
}

// TestEmulatorFaults are faults of use.
func TestEmulatorFaults(t *testing.T) {
	for _, arg := range []string{"-requests-per-minute=-1", "-faults=earthquake", "-policy=" + write(t, "policy.json", "{"), "-region=Ohio"} {
		p := &program{}
		if code := p.run(t, "emulator", arg); code != exitUsage || p.stderr.Len() == 0 {
			t.Errorf("%s: exit code %d, %s", arg, code, p.stderr.String())
		}
	}
}
