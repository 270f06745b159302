package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestAnyClass wants of commodities and real estate what could be said of equities and
// bonds, where it is so, and its contrary refused.
func TestAnyClass(t *testing.T) {
	sides := func(class string) []string {
		return []string{
			"rebalance", verify.SideRationale, verify.SideOver + class, verify.SideFar + verify.SideOver + class, verify.SideMostly + class, verify.SideLopsided,
			verify.SideUnder + "equity", verify.SideFar + verify.SideUnder + "equity", verify.SideUnder + "fixed_income", verify.SideFound + "class_out_of_band",
		}
	}
	for _, s := range []struct{ language, class, right, wrong string }{
		{"es", "commodity", "Las materias primas dominan la cartera.", "Las acciones dominan la cartera."},
		{"es", "commodity", "La exposición a materias primas es alta.", "La exposición a materias primas es baja."},
		{"es", "commodity", "El reequilibrio reduce la exposición a materias primas.", "El reequilibrio reduce la exposición a acciones."},
		{"es", "commodity", "Reequilibrar reduce la dependencia de una sola clase de activo.", "Reequilibrar aumenta la dependencia de una sola clase de activo."},
		{"es", "commodity", "El exceso de materias primas deja a las acciones por debajo de su objetivo.", "El exceso de acciones deja a las materias primas por debajo de su objetivo."},
		{"es", "real_estate", "La cartera depende demasiado del sector inmobiliario.", "La cartera depende demasiado de los bonos."},
		{"es", "real_estate", "Los inmuebles ocupan la mayor parte de la cartera.", "Los bonos ocupan la mayor parte de la cartera."},
		{"ja", "commodity", "コモディティに大きく偏っています。", "株式に大きく偏っています。"},
		{"ja", "commodity", "コモディティへの偏りを減らします。", "コモディティへの偏りを高めます。"},
		{"ja", "commodity", "一つの資産クラスへの依存を減らします。", "一つの資産クラスへの依存を高めます。"},
		{"ja", "commodity", "一部を売却して株式と債券に移すことで、目標に近づきます。", "一部を売却してコモディティに移すことで、目標に近づきます。"},
		{"ja", "real_estate", "不動産が大部分を占めています。", "債券が大部分を占めています。"},
		{"ja", "real_estate", "不動産の一部を債券に移すことをお勧めします。", "債券の一部を不動産に移すことをお勧めします。"},
	} {
		if got := checker(s.language).Directed(s.right, sides(s.class), offered); got != nil {
			t.Errorf("%s %q: %v", s.language, s.right, got)
		}
		if checker(s.language).Directed(s.wrong, sides(s.class), offered) == nil {
			t.Errorf("%s %q passed", s.language, s.wrong)
		}
	}
}

// TestLopsided lets no text speak of one asset class alone where none prevails, nor of one
// that the portfolio does not hold where it holds all.
func TestLopsided(t *testing.T) {
	for _, s := range []struct{ language, text, side string }{
		{"es", "La cartera depende demasiado de una sola clase de activo.", verify.SideLopsided},
		{"ja", "一つの資産クラスに大きく偏っています。", verify.SideLopsided},
		{"es", "La cartera no tiene bonos y las acciones superan su objetivo.", verify.SideNone + "fixed_income"},
		{"ja", "債券を保有しておらず、株式が目標を上回っています。", verify.SideNone + "fixed_income"},
	} {
		for _, there := range []bool{true, false} {
			sides := sidesOf("rebalance")
			if there {
				sides = append(slices.Clone(sides), s.side)
			}
			if got := checker(s.language).Directed(s.text, sides, offered); there != (got == nil) {
				t.Errorf("%s %q, %s %v: %v", s.language, s.text, s.side, there, got)
			}
		}
	}
}

// TestPartOfAGain lets a sale secure part of a gain, and of no other figure.
func TestPartOfAGain(t *testing.T) {
	for of, right := range map[string]bool{
		verify.Measured(verify.FigureHolding, verify.MeasureGain): true,
		verify.FigureHolding: false,
		"cash":               false,
	} {
		got := checker("es").Directed("Vender una parte asegura parte de {F1}.", sidesOf("reduce_concentration"), verify.Citable{"F1": of})
		if right != (got == nil) {
			t.Errorf("%s: %v", of, got)
		}
	}
}
