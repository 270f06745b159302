package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/report"
)

// checkReport finds before anything is paid for what keeps a report from being
// written to path, "" for none, in the place of something else than the request.
func checkReport(path, request string) error {
	if path == "" {
		return nil
	}
	if sameFile(path, request) {
		return fmt.Errorf("-o: %s holds the request", path)
	}
	if at, err := os.Stat(path); err == nil && at.IsDir() {
		return fmt.Errorf("-o: %s is a folder", path)
	}
	if isDevice(path) {
		return nil
	}
	if ext := strings.ToLower(filepath.Ext(path)); !slices.Contains([]string{"", ".html", ".htm"}, ext) {
		return fmt.Errorf("-o: the report is HTML: want %s.html", strings.TrimSuffix(path, filepath.Ext(path)))
	}
	temp, err := createBeside(path)
	if err != nil {
		return err
	}
	return errors.Join(temp.Close(), os.Remove(temp.Name()))
}

// sameFile tells whether both paths lead to one file.
func sameFile(a, b string) bool {
	x, err1 := os.Stat(a) //nolint:gosec // whoever runs the command names the file
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// isDevice tells a terminal, pipe or null device, which must not be replaced.
func isDevice(path string) bool {
	at, err := os.Stat(path)
	return err == nil && !at.Mode().IsRegular()
}

func createBeside(path string) (*os.File, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return nil, fmt.Errorf("-o: %w", err)
	}
	return temp, nil
}

// writeReport writes the report in one piece: a file that is there stays whole
// until the new one is.
func writeReport(path string, a *recommend.Answer, language string) error {
	html, err := report.HTML(a, language)
	if err != nil {
		return err
	}
	if isDevice(path) {
		return os.WriteFile(path, html, 0o600) //nolint:gosec // likewise
	}
	temp, err := createBeside(path)
	if err != nil {
		return err
	}
	_, err = temp.Write(html)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // the first error says more
		return fmt.Errorf("-o: %w", err)
	}
	return nil
}
