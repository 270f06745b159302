package main

import "testing"

// TestOpposite exchanges words of whole sentences.
func TestOpposite(t *testing.T) {
	for _, tc := range []struct{ language, line, sentence, want string }{
		{"en", "equities, stocks <> bonds", "Moving stocks into bonds helps.", "Moving bonds into equities helps."},
		{"en", "equities, stocks <> bonds", "Bonds are {F1}.", "Equities are {F1}."},
		{"en", "equities <> bonds", "The mix of equities and bonds is {F1}.", ""}, // says the same
		{"en", "equities <> bonds", "The reserve is {F1}.", ""},
		{"en", "more > less", "Hold more of this and more of that.", "Hold less of this and more of that."},
		{"en", "over > under", "The overlap is {F1}.", ""},
		{"de", "mehr > weniger", "Mehr Liquidität hilft.", "Weniger Liquidität hilft."},
		{"fr", "élevé > faible", "Le risque est élevé : {F1}.", "Le risque est faible : {F1}."},
		{"ja", "株式 <> 債券", "株式を債券に移します。", "債券を株式に移します。"},
	} {
		o, err := newOpposite(tc.language, tc.line)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.in(tc.sentence); got != tc.want {
			t.Errorf("%q in %q: %q, want %q", tc.line, tc.sentence, got, tc.want)
		}
	}
	if _, err := newOpposite("en", "more = less"); err == nil {
		t.Error("a line without an exchange is read")
	}
}
