package main

import (
	"fmt"
	"io"
	"reflect"
	"text/tabwriter"
)

// printHelp lists the subcommands and the settings with their defaults.
func printHelp(w io.Writer) {
	fmt.Fprintln(w, "\nCommands (server COMMAND -h):")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(tw, "  %s\t%s\n", c.name, c.summary)
	}
	_ = tw.Flush()
	fmt.Fprintln(w, "\nEnvironment (flags win):")
	defaults := envDefaults()
	for _, s := range settingsHelp {
		fmt.Fprintf(tw, "  %s%s\t%s\t%s\n", envPrefix, s.name, defaults[s.name], s.help)
	}
	_ = tw.Flush()
}

// envDefaults maps each variable to its default.
func envDefaults() map[string]string {
	out := map[string]string{}
	t := reflect.TypeFor[settings]()
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("env"); name != "" {
			out[name] = t.Field(i).Tag.Get("envDefault")
		}
	}
	return out
}
