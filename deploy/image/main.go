// Command image builds the container image of the server without a container
// daemon: the static binary, a data folder and a software bill of materials,
// as a file for `docker load`, `podman load` or `kind load image-archive`. The
// same source and Go release give the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	fs := flag.NewFlagSet("image", flag.ContinueOnError)
	source := fs.String("source", "../..", "root of the server's `module`")
	out := fs.String("o", "ballast.tar", "image `file`")
	bill := fs.String("sbom", "", "also write the software bill of materials to this `file`")
	arch := fs.String("arch", "amd64", "amd64 or arm64")
	tag := fs.String("tag", "ballast:latest", "`name` of the image")
	if err := fs.Parse(args); err != nil {
		return err
	}
	ref, err := name.NewTag(*tag)
	if err != nil {
		return err
	}
	built, err := build(ctx, *source, *arch)
	if err != nil {
		return err
	}
	if err := write(*out, ref, built.image); err != nil {
		return err
	}
	if *bill != "" {
		if err := os.WriteFile(*bill, built.bill, 0o644); err != nil { //nolint:gosec // to be read by anybody
			return err
		}
	}
	digest, err := built.image.Digest()
	if err != nil {
		return err
	}
	size, err := compressed(built.image)
	fmt.Fprintf(stdout, "%s %s of %s, %.1f MB\n", ref, digest, built.release, float64(size)/1e6)
	return err
}

// write puts the image at a path in one step.
func write(path string, ref name.Tag, image v1.Image) error {
	if err := tarball.WriteToFile(path+".part", ref, image); err != nil {
		return errors.Join(err, os.Remove(path+".part"))
	}
	return os.Rename(path+".part", path)
}

// compressed is what a node downloads, in bytes.
func compressed(image v1.Image) (int64, error) {
	layers, err := image.Layers()
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, l := range layers {
		n, err := l.Size()
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}
