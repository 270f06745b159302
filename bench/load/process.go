package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// process is a child that is measured; lines are what it printed at its start,
// by their first word.
type process struct {
	cmd   *exec.Cmd
	lines map[string]string
}

// startProcess runs a program until it has printed the line that begins with
// last. What it logs goes to a file in dir.
func startProcess(ctx context.Context, dir, last string, env []string, program string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, program, args...), lines: map[string]string{}} //nolint:gosec // what was built to be measured
	p.cmd.Env = append(os.Environ(), env...)
	log, err := os.CreateTemp(dir, filepath.Base(program)+"-*.log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the child has its own handle
	p.cmd.Stderr = log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for scan := bufio.NewScanner(out); scan.Scan(); {
		name, value, _ := strings.Cut(strings.Replace(strings.TrimPrefix(scan.Text(), "export "), "=", " ", 1), " ")
		p.lines[name] = value
		if name == last {
			return p, nil
		}
	}
	said, err := os.ReadFile(log.Name())
	return nil, errors.Join(fmt.Errorf("%s ended early: %s", program, said), err, p.kill())
}

// kill ends the process as a crash does: nothing that it holds is wanted.
func (p *process) kill() error {
	if p == nil || p.cmd.ProcessState != nil {
		return nil
	}
	err := p.cmd.Process.Kill()
	_ = p.cmd.Wait() // it ends by the signal, which counts as an error
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// metric reads a metric without labels from the process's admin port.
func (p *process) metric(ctx context.Context, name string) (float64, error) {
	text, err := p.get(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("there is no metric %s", name)
}

// get reads a page of the admin port.
func (p *process) get(ctx context.Context, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.lines["admin"]+path, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", path, res.StatusCode)
	}
	return string(text), err
}
