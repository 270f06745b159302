package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const mostCompressed = 30_000_000 // bytes

// The same source gives the same image twice, small enough, for a user that is
// not root, and the bill names what is in the binary.
func TestImage(t *testing.T) {
	dir := t.TempDir()
	var images [2]v1.Image
	for i := range images {
		path := filepath.Join(dir, "image.tar")
		if err := run(t.Context(), []string{"-o", path, "-sbom", filepath.Join(dir, "sbom.json")}, io.Discard); err != nil {
			t.Fatal(err)
		}
		var err error
		if images[i], err = tarball.ImageFromPath(path, nil); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(path)
	}
	digests := [2]v1.Hash{}
	for i, image := range images {
		var err error
		if digests[i], err = image.Digest(); err != nil {
			t.Fatal(err)
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("two builds differ: %v", digests)
	}
	size, err := compressed(images[0])
	if err != nil || size > mostCompressed {
		t.Errorf("%d bytes compressed, %v", size, err)
	}
	config, err := images[0].ConfigFile()
	if err != nil || config.Config.User != "65532:65532" || config.Config.Entrypoint[0] != "/server" {
		t.Errorf("%+v, %v", config, err)
	}
	if got, want := config.Config.Labels["org.opencontainers.image.revision"], releaseOf(t.Context(), "../.."); got != want {
		t.Errorf("the image is of %q, want %q", got, want)
	}
	bill, err := os.ReadFile(filepath.Join(dir, "sbom.json"))
	if err != nil || !json.Valid(bill) || !bytes.Contains(bill, []byte(`"pkg:golang/modernc.org/sqlite@`)) {
		t.Errorf("the bill of materials: %v\n%.500s", err, bill)
	}
	t.Run("starts", func(t *testing.T) { starts(t, images[1], config) })
}

// starts runs the image's own entrypoint in its unpacked file system, as its
// own user, who can write nothing there but the data folder.
func starts(t *testing.T, image v1.Image, config *v1.ConfigFile) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to change root and user")
	}
	root := t.TempDir()
	unpack(t, image, root)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, config.Config.Entrypoint[0], "-local", "-addr", "127.0.0.1:0", "-admin-addr", "127.0.0.1:0")
	var log bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stderr = config.Config.Env, "/", io.MultiWriter(t.Output(), &log)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := map[string]string{}
	for lines := bufio.NewScanner(out); printed["key"] == "" && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		printed[name] = value
	}
	if _, err := os.Stat(filepath.Join(root, "data", "ballast.db")); err != nil {
		t.Error(err)
	}
	models(t, printed)
	cancel()
	if err := cmd.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("the server did not end well: %v", err)
	}
	if want := "version=" + config.Config.Labels["org.opencontainers.image.revision"] + " "; !strings.Contains(log.String(), want) {
		t.Errorf("the log does not have %q", want)
	}
}

// models asks for the catalogue.
func models(t *testing.T, printed map[string]string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, printed["api"]+"/v1/models", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+printed["key"])
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("models: status %d", resp.StatusCode)
	}
}

// unpack lays an image out as a runtime does, owners and modes included.
func unpack(t *testing.T, image v1.Image, root string) {
	t.Helper()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	archive := mutate.Extract(image)
	defer archive.Close()
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root, filepath.Clean("/"+h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			var content []byte
			if content, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(path, content, 0o600)
			}
		}
		if err := errors.Join(err, os.Chown(path, h.Uid, h.Gid), os.Chmod(path, h.FileInfo().Mode())); err != nil {
			t.Fatal(err)
		}
	}
}
