package strictjson

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	const doc = ` { "a" : [ 1 , -2.50e+3 , true , false , null , "" , { } , [ ] ] , "\u00e9\n\"\\\/" : "\ud83d\ude80 \\ud800" } ` + "\n"
	got, err := Parse([]byte(doc))
	want := map[string]any{
		"a":        []any{json.Number("1"), json.Number("-2.50e+3"), true, false, nil, "", map[string]any{}, []any{}},
		"é\n\"\\/": `🚀 \ud800`,
	}
	if diff := cmp.Diff(want, got.Value); diff != "" || got.Faults != nil || err != nil {
		t.Errorf("%v %v (-want +got):\n%s", got.Faults, err, diff)
	}
}

// Whole numbers are written as Go reads an integer, and everything else stays.
func TestWholeNumbers(t *testing.T) {
	for doc, want := range map[string]string{
		`[42.0, 4.2e1 ,420E-1,-0.0,-7.00]`:        `[42, 42 ,42,-0,-7]`,
		`{"a":1.5,"b":"42.0","c":4e-1,"d":1e3}`:   `{"a":1.5,"b":"42.0","c":4e-1,"d":1000}`,
		`42.00000000000000000000000000000000001`:  `42.00000000000000000000000000000000001`,
		`9007199254740993.0`:                      `9007199254740993`,
		`[1, 20, 0.10, "1e1"]`:                    `[1, 20, 0.10, "1e1"]`,
		`100000000000000000000000000000000000e-5`: `1000000000000000000000000000000`,
	} {
		if got, err := Parse([]byte(doc)); err != nil || string(got.Text) != want {
			t.Errorf("%s: %v, %s, want %s", doc, err, got.Text, want)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for doc, offset := range map[string]int64{
		``: 0, ` `: 1, `{`: 1, `{"a":1}x`: 8, `[1,]`: 4, `nul`: 3, `01`: 2, "\"\xff\"": 1, "{\"a\": \"\xc0\xaf\"}": 7, `"\x"`: 3, "\"\n\"": 2,
		"\ufeff{}": 0,
	} {
		_, err := Parse([]byte(doc))
		if syntax, ok := errors.AsType[*SyntaxError](err); !ok || syntax.Offset != offset {
			t.Errorf("%q: %v, want offset %d", doc, err, offset)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		doc  string
		want []string
	}{
		{`{"a":1,"a":2}`, []string{"/a duplicate_key"}},
		{`{"a":1,"A":2}`, []string{"/A duplicate_key"}},
		{`{"A":1,"a":2}`, []string{"/a duplicate_key"}},
		{`{"Aa":1,"aA":2}`, []string{"/aA duplicate_key"}},
		{`{"a":{"b":1},"c":{"b":1}}`, nil},
		{`[{"a":1},{"a":1,"a":1}]`, []string{"/1/a duplicate_key"}},
		{`{"~/":1,"~/":1}`, []string{"/~0~1 duplicate_key"}},
		{`"\ud800"`, []string{" bad_text"}},
		{`"\udfff\ud800"`, []string{" bad_text"}},
		{`"\ud800\u0041"`, []string{" bad_text"}},
		{`"\ud800x\udc00"`, []string{" bad_text"}},
		{`["\\ud800", "\ud800\udc00\ud801\udc01"]`, nil},
		{`{"\udc00":1}`, []string{" bad_text"}},
		{`1e30`, nil},
		{`1E+31`, []string{" out_of_range"}},
		{`1e-31`, []string{" out_of_range"}},
		{strings.Repeat("1", 40), nil},
		{strings.Repeat("1", 41), []string{" out_of_range"}},
		{strings.Repeat("[", 32) + strings.Repeat("]", 32), nil},
		{strings.Repeat("[", 33) + `"]\"[",{"}":1}` + strings.Repeat("]", 33), []string{strings.Repeat("/0", 32) + " too_deep"}},
	} {
		doc, err := Parse([]byte(tc.doc))
		var got []string
		for _, f := range doc.Faults {
			got = append(got, f.Pointer+" "+f.Code)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
			t.Errorf("%.60s: %v (-want +got):\n%s", tc.doc, err, diff)
		}
	}
}

func TestFaultsAreBounded(t *testing.T) {
	doc, err := Parse([]byte("[" + strings.Repeat("1e99,", 1000) + "1]"))
	if len(doc.Faults) != maxFaults || err != nil {
		t.Errorf("%d faults, %v", len(doc.Faults), err)
	}
}

// Whatever passes without faults is what encoding/json reads; what it refuses
// is a syntax error here.
func FuzzParse(f *testing.F) {
	for _, doc := range []string{`{"a":[1,"x",null,true]}`, `{"a":1,"A":2}`, `"\ud800"`, `[[[1e9]]]`, "\xff", `{"a":1}}`} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Parse(data)
		if err != nil {
			if _, ok := errors.AsType[*SyntaxError](err); !ok {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatal("accepted what is not JSON")
		}
		if len(got.Faults) > 0 {
			return
		}
		want, err := reference(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Value); diff != "" {
			t.Errorf("(-encoding/json +strictjson):\n%s", diff)
		}
		var was, is any
		if err := errors.Join(json.Unmarshal(data, &was), json.Unmarshal(got.Text, &is)); err != nil || !cmp.Equal(was, is) {
			t.Errorf("the text says something else, %v: %s", err, got.Text)
		}
	})
}

func reference(data []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}
