// Command explain tells why the checks refuse a sentence, or how they read it:
//
//	go run ./eval/explain -language de -sides "rebalance,over equity,under fixed_income" -cite F1=equity "Anleihen liegen über {F1}."
//
// It prints the reasons, what of the sentence is against it with the list or the
// file that says so, and what each word is in data/claims. It exits 1 when the
// sentence is refused.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"ballast.internal/ballast/internal/recommend/verify"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("explain", flag.ContinueOnError)
	fs.SetOutput(stderr)
	language := fs.String("language", "en", "`tag` of the sentence's language")
	sides := fs.String("sides", "reduce_concentration,"+verify.SideRationale, "what code found and proposes, the `list` of Checker.Directed")
	cite := fs.String("cite", "", "what placeholders are figures of, a `list` such as F1=holding,F2=equity")
	if err := fs.Parse(args); err != nil || fs.NArg() != 1 {
		return 2
	}
	text := fs.Arg(0)
	e := verify.New(verify.Config{Language: *language}).Explain(text, split(*sides), citable(text, *cite))
	for _, part := range []struct {
		title string
		lines []string
	}{{"refused for", words(e.Against)}, {"because of", e.Grounds}, {"read as", e.Read}} {
		if len(part.lines) > 0 {
			fmt.Fprintf(stdout, "%s\n  %s\n", part.title, strings.Join(part.lines, "\n  "))
		}
	}
	if len(e.Against) > 0 {
		return 1
	}
	fmt.Fprintln(stdout, "passes")
	return 0
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

var placeholder = regexp.MustCompile(`\{([FH][0-9]+)\}`)

// citable lets a text hold all of its placeholders, of which a list says more.
func citable(text, list string) verify.Citable {
	may := verify.Citable{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		may[m[1]] = ""
	}
	for _, entry := range split(list) {
		id, of, _ := strings.Cut(entry, "=")
		may[id] = of
	}
	return may
}

func words(list []verify.Reason) (out []string) {
	for _, r := range list {
		out = append(out, string(r))
	}
	return out
}
