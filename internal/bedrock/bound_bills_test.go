package bedrock

import (
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/recommend"
)

// TestPieces cut where no tokenizer has a token on both sides.
func TestPieces(t *testing.T) {
	for text, want := range map[string][]string{
		"":                   nil,
		"A2 lower_risk H1":   {"A", "2", " lower_risk", " H", "1"},
		"F13 52.3%\nF4 -1\n": {"F", "13", " 52", ".", "3", "%\n", "F", "4", " -", "1", "\n"},
		"facts=F1,F22":       {"facts=F", "1", ",F", "22"},
		"a  b \n\nc":         {"a", "  b", " \n\n", "c"},
		"日本 12円":             {"日本", " 12", "円"},
	} {
		got := slices.Collect(pieces(text))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// tokens is a tokenizer that nobody knows: a piece has as many tokens as its
// hash says, between one and its bytes.
func tokens(piece string) int {
	h := fnv.New32a()
	h.Write([]byte(piece))
	return 1 + int(h.Sum32()%uint32(max(1, longest(piece))))
}

// invoice is what it charges for a prompt: always the same for the constant part,
// whatever the question for the rest.
func invoice(req recommend.ModelRequest) int {
	n := 8 + tokens(req.System)
	rest := req.User
	if before, after, found := strings.Cut(rest, req.Quoted); found && req.Quoted != "" {
		n, rest = n+tokens(req.Quoted), before+after
	}
	for p := range pieces(rest) {
		n += tokens(p)
	}
	return n
}

// TestNoCallerBeatsTheBound: whatever callers ask and in whatever order, for any
// tokenizer, no bill is above the bound that was given before it, and none is
// taken for a contradiction.
func TestNoCallerBeatsTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bills
		line := rapid.SampledFrom([]string{"F%d issuer_weight H1 %d.3%%\n", "A%d lower_risk facts=F%d,F7\n", "F%d total_value %d USD\n", "others %d\n%d"})
		quoted := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`<question>[a-z 0-9\x{fdfa}日]{0,40}</question>\n`))
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			var user strings.Builder
			for range rapid.IntRange(0, 12).Draw(t, "lines") {
				fmt.Fprintf(&user, line.Draw(t, "line"), rapid.IntRange(0, 120).Draw(t, "a"), rapid.Uint16().Draw(t, "b"))
			}
			req := recommend.ModelRequest{System: "You explain.", Quoted: quoted.Draw(t, "quoted")}
			req.User = user.String() + req.Quoted + "\n<task>Write.</task>"
			s, billed := measure(req), invoice(req)
			most, expected := b.bound(s)
			if billed > most || expected > most || most > s.most() || !b.observe(s, billed) || len(b.kept) > billsKept {
				t.Fatalf("%q: billed %d, bound %d, expected %d, hard %d, doubted %v", req.User, billed, most, expected, s.most(), b.doubted)
			}
		}
	})
}

// prompt imitates traffic: a constant text, and facts of very different length.
func prompt(rng *rand.Rand) recommend.ModelRequest {
	var user strings.Builder
	for i := range 5 + rng.IntN(30) {
		fmt.Fprintf(&user, "F%d issuer_weight H%d %.1f%% limit 10%%\n", i+1, rng.IntN(30)+1, rng.Float64()*40)
	}
	return recommend.ModelRequest{System: strings.Repeat("You explain portfolio facts. ", 30), User: user.String(), Prefill: "{"}
}

// dense is a tokenizer of half a token a byte.
func dense(req recommend.ModelRequest) int {
	s := measure(req)
	return (s.most()-s.least())/2 + s.least()
}

// TestLearntBoundIsClose after one call, and stays so.
func TestLearntBoundIsClose(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bills
	var ratios []float64
	for i := range 1000 {
		req := prompt(rng)
		s, billed := measure(req), dense(req)
		most, _ := b.bound(s)
		if most < billed {
			t.Fatalf("call %d: at most %d, billed %d", i, most, billed)
		}
		ratios = append(ratios, float64(most)/float64(billed))
		b.observe(s, billed)
	}
	slices.Sort(ratios[1:])
	if p95 := ratios[950]; p95 > 1.3 || ratios[0] < 1.4 {
		t.Errorf("%.2f at first, then %.2f at the 95th percentile", ratios[0], p95)
	}
}

// TestBillsThatContradict one another cost the trust for good, and are no reason
// to expect less than what is billed.
func TestBillsThatContradict(t *testing.T) {
	req := recommend.ModelRequest{User: strings.Repeat("words ", 200), MaxTokens: 1}
	s := measure(req)
	for name, tt := range map[string]struct {
		billed    []int
		plausible bool
		expected  int
	}{
		"the same again":              {[]int{400, 400}, true, withSpare(400)},
		"less":                        {[]int{400, 390}, true, withSpare(400)},
		"more by a whim":              {[]int{400, 410}, true, withSpare(400)},
		"more than half of the spare": {[]int{400, 412}, false, withSpare(412)},
		"more than the hard bound":    {[]int{5000}, false, s.most()},
		"less than its pieces":        {[]int{100, 400}, false, withSpare(400)},
	} {
		t.Run(name, func(t *testing.T) {
			var b bills
			told := 0
			for _, n := range append(tt.billed, tt.billed[len(tt.billed)-1]) {
				if !b.observe(s, n) {
					told++
				}
			}
			most, expected := b.bound(s)
			want := s.most()
			if tt.plausible {
				want = expected
			}
			if most != want || expected != tt.expected || told != 1 && !tt.plausible || told != 0 && tt.plausible {
				t.Errorf("bound %d, want %d; expected %d, want %d; told %d times", most, want, expected, tt.expected, told)
			}
		})
	}
}

// TestKeepsWhatIsOfUse when there is no room for more.
func TestKeepsWhatIsOfUse(t *testing.T) {
	of := func(i int) shape {
		return measure(recommend.ModelRequest{User: strings.Repeat(fmt.Sprintf("word%c ", 'a'+i), 300)})
	}
	var b bills
	for i := range billsKept {
		b.observe(of(i), 700)
	}
	b.bound(of(0))
	b.observe(of(billsKept), 700)
	for i, kept := range map[int]bool{0: true, 1: false, 2: true, billsKept: true} {
		if most, _ := b.bound(of(i)); (most == withSpare(700)) != kept || len(b.kept) != billsKept {
			t.Errorf("bill %d: bound %d, %d bills", i, most, len(b.kept))
		}
	}
}

// TestClientLearns from what is billed, and tells when that cannot be.
func TestClientLearns(t *testing.T) {
	billed := 500
	var log strings.Builder
	c := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		answering(fmt.Sprintf(`{"content":[],"usage":{"input_tokens":%d,"output_tokens":1}}`, billed))(w, r)
	}, func(cfg *Config) { cfg.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	req := recommend.ModelRequest{User: strings.Repeat("x", 1000), MaxTokens: 1}
	call := func(want int) {
		t.Helper()
		if got := c.Bound(req); got.InputTokens != want || got.CostNano != int64(want)*250+1250 {
			t.Errorf("bound %+v, want %d tokens", got, want)
		}
		if _, err := c.Invoke(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	}
	call(1016)
	call(withSpare(500))
	billed = 600
	call(withSpare(500))
	call(1016)
	if got := c.Bound(req); got.InputTokens != 1016 || got.ExpectedInputTokens != withSpare(600) {
		t.Errorf("bound %+v", got)
	}
	if n := strings.Count(log.String(), "contradicts"); n != 1 || testutil.ToFloat64(c.metrics.boundDoubted) != 1 {
		t.Errorf("told %d times, metric %v", n, testutil.ToFloat64(c.metrics.boundDoubted))
	}
}
