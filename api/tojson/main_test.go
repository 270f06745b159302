package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	contract "ballast.internal/ballast/api"
)

func TestContractIsFresh(t *testing.T) {
	out := filepath.Join(t.TempDir(), "openapi.json")
	if err := run([]string{"../openapi.yaml", out}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, contract.JSON) {
		t.Error("api/openapi.json is stale: run go generate ./...")
	}
}

func TestConvert(t *testing.T) {
	for text, want := range map[string]string{
		"b: 1\na: [x, true, null, 1.5]\n": `{"b":1,"a":["x",true,null,1.5]}`,
		"{}":                              `{}`,
	} {
		if got, err := convert([]byte(text)); string(got) != want || err != nil {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"[", "a: &x 1\nb: *x\n"} {
		if got, err := convert([]byte(text)); err == nil {
			t.Errorf("%q: %s", text, got)
		}
	}
	if run(nil) == nil || run([]string{"none", "none"}) == nil {
		t.Error("an argument that is missing or leads nowhere is no error")
	}
}
