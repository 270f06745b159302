package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestExchangedDutchAndJapanese wants each sentence as it is and not with one of
// its words exchanged for the opposite.
func TestExchangedDutchAndJapanese(t *testing.T) {
	for _, c := range []struct {
		language, kind, side string
		right, wrong         string
	}{
		{"nl", "raise_cash", verify.SideProposed + "raise_cash", "De reserve aan te vullen is verstandig: {F1}.", "De reserve af te bouwen is verstandig: {F1}."},
		{"nl", "reduce_concentration", verify.SideRationale, "Een deel van {H1} verkopen verspreidt het risico over meer beleggingen.", "Een deel van {H1} verkopen verspreidt het risico over minder beleggingen."},
		{"nl", "reduce_concentration", verify.SideRationale, "{H1} vormt {F1} en overschrijdt de limiet.", "{H1} vormt {F1} en onderschrijdt de limiet."},
		{"ja", "reduce_concentration", verify.SideRationale, "{H1}は{F1}で、上限を超えています。", "{H1}は{F1}で、下限を超えています。"},
		{"ja", "reduce_concentration", verify.SideRationale, "一部を売却することで、特定の企業への依存を抑えられます。", "一部を売却することで、特定の企業への分散を抑えられます。"},
		{"ja", "replace_costly_fund", verify.SideRationale, "より低コストのファンドに切り替えると、毎年の費用を抑えられます。", "より高コストのファンドに切り替えると、毎年の費用を抑えられます。"},
	} {
		sides := []string{c.kind, verify.SideRationale, verify.SideOver + "equity", c.side}
		if got := checker(c.language).Directed(c.right, sides, offered); got != nil {
			t.Errorf("%q: %v", c.right, got)
		}
		if checker(c.language).Directed(c.wrong, sides, offered) == nil {
			t.Errorf("%q passed", c.wrong)
		}
	}
}
