package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// nobody is the user and group of the process: the non-root user of the
// distroless images, which Kubernetes manifests commonly name.
const nobody = 65532

// epoch dates everything, so that the time of the build is not in the image.
var epoch = time.Unix(0, 0).UTC()

type built struct {
	image   v1.Image
	bill    []byte // CycloneDX, JSON
	release string // what the server calls itself in each record
}

// build compiles the server of the module at source for Linux and wraps it.
func build(ctx context.Context, source, arch string) (built, error) {
	dir, err := os.MkdirTemp("", "ballast-image")
	if err != nil {
		return built{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "server")
	release := releaseOf(ctx, source)
	if err := compile(ctx, source, arch, release, path); err != nil {
		return built{}, err
	}
	bill, err := billOf(path, release)
	if err != nil {
		return built{}, err
	}
	binary, err := os.ReadFile(path)
	if err != nil {
		return built{}, err
	}
	image, err := wrap(arch, release, []file{
		{name: "data/", mode: 0o700, owner: nobody},
		{name: "etc/", mode: 0o755},
		{name: "etc/passwd", mode: 0o644, content: fmt.Appendf(nil, "nonroot:x:%d:%[1]d::/:/sbin/nologin\n", nobody)},
		{name: "sbom.cdx.json", mode: 0o644, content: bill},
		{name: "server", mode: 0o755, content: binary},
	})
	return built{image, bill, release}, err
}

// releaseOf is the commit of the source, marked where files differ from it, or
// "dev" where no checkout tells.
func releaseOf(ctx context.Context, source string) string {
	cmd := exec.CommandContext(ctx, "git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty")
	cmd.Dir = source
	out, err := cmd.Output()
	if err != nil {
		return "dev"
	}
	return strings.TrimSpace(string(out))
}

// compile leaves out what differs from machine to machine: paths, the build id
// and the time of the commit.
func compile(ctx context.Context, source, arch, release, out string) error {
	flags := "-s -w -buildid= -X main.release=" + release
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", out, "./cmd/server") //nolint:gosec // what git says
	cmd.Dir, cmd.Stderr = source, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOFLAGS=", "GOWORK=off", "GOAMD64=v1", "GOARM64=v8.0")
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return nil
}

// file is an entry of the image; a name that ends in a slash is a folder.
type file struct {
	name    string
	mode    int64
	owner   int
	content []byte
}

// wrap makes an image of one layer.
func wrap(arch, release string, files []file) (v1.Image, error) {
	archive, err := pack(files)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive)), nil })
	if err != nil {
		return nil, err
	}
	image, err := mutate.Append(empty.Image, mutate.Addendum{Layer: layer, History: v1.History{
		Created: v1.Time{Time: epoch}, CreatedBy: "deploy/image", Comment: "the static server, its data folder and its SBOM",
	}})
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(image, configOf(image, arch, release))
}

// configOf is what the Dockerfile says.
func configOf(image v1.Image, arch, release string) *v1.ConfigFile {
	config, err := image.ConfigFile()
	if err != nil { // it is in memory
		panic(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = "linux", arch, v1.Time{Time: epoch}
	config.Config = v1.Config{
		User: fmt.Sprintf("%d:%[1]d", nobody), Env: []string{"BALLAST_DATA_DIR=/data"}, Entrypoint: []string{"/server"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}, "9090/tcp": {}},
		Labels:       map[string]string{"org.opencontainers.image.title": "Ballast", "org.opencontainers.image.revision": release},
	}
	return config
}

func pack(files []file) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: f.mode, Uid: f.owner, Gid: f.owner, Size: int64(len(f.content)), ModTime: epoch, Typeflag: tar.TypeReg}
		if f.name[len(f.name)-1] == '/' {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}
