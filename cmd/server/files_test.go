package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "d4f0158abcdef0123456789"}
	changed := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, info := range map[string]debug.BuildInfo{
		"d4f0158abcde":       {Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "false"}}},
		"d4f0158abcde-dirty": {Settings: []debug.BuildSetting{commit, changed}, Main: debug.Module{Version: "v1.0.0+dirty"}},
		"v1.2.3":             {Main: debug.Module{Version: "v1.2.3"}},
		"dev":                {Main: debug.Module{Version: "(devel)"}},
	} {
		if got := versionOf(&info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
