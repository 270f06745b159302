package recommend_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

const mark = "zqxmark"

// marker puts a mark into every free text of a value: each string field whose
// type is plain string, and each such key of a map. The same text gets the same
// mark, so that what belongs together still does.
type marker struct {
	marked map[string]bool // fields that held a text, such as Instrument.Name
	all    map[string]bool // every field there is
}

func (m *marker) walk(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() {
			return // of a closed set
		}
		m.all[field] = true
		if v.Len() > 0 {
			m.marked[field] = true
			v.SetString(mark + v.String())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			m.walk(v.Elem(), field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			m.walk(v.Index(i), field)
		}
	case reflect.Map:
		m.walkMap(v, field)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[decimal.Decimal]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				m.walk(v.Field(i), v.Type().Name()+"."+f.Name)
			}
		}
	}
}

func (m *marker) walkMap(v reflect.Value, field string) {
	if v.Type().Key() != reflect.TypeFor[string]() {
		return
	}
	m.all[field] = true
	for _, k := range v.MapKeys() {
		m.marked[field] = true
		v.SetMapIndex(reflect.ValueOf(mark+k.String()), v.MapIndex(k))
		v.SetMapIndex(k, reflect.Value{})
	}
}

// talkative is a request with a text in every field that can hold one, and
// with something to say about as many of them as possible.
func talkative(t *testing.T) recommend.Request {
	t.Helper()
	return example(t, "household-with-debts.json", func(r *recommend.Request) {
		p := &r.Portfolio
		p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}, {ID: "broker"}}
		p.Cash = append(p.Cash, portfolio.Cash{AccountID: "ira", Currency: p.BaseCurrency, Amount: decimal.NewFromInt(90_000)})
		p.Income = []portfolio.Income{{Type: "salary", MonthlyAmount: decimal.NewFromInt(7000)}}
		share := decimal.RequireFromString("0.9")
		for i := range p.Positions {
			pos := &p.Positions[i]
			in := &pos.Instrument
			pos.PositionID, pos.AccountID = in.Ref(), "broker"
			in.Name, in.Issuer, in.Sector, in.Country, in.Region = "name", "issuer"+in.Ref(), "sector", "US", "region"
			in.ID = portfolio.InstrumentID{Ticker: in.Ref(), ISIN: "isin", CUSIP: "cusip", FIGI: "figi", SEDOL: "sedol"}
			in.Exposures = &portfolio.Exposures{
				Sectors: map[string]decimal.Decimal{"theme": share}, Regions: map[string]decimal.Decimal{"mars": share},
			}
			unit := pos.Price.Mul(decimal.NewFromInt(2)) // a loss to harvest
			pos.CostBasis, pos.AverageCost = nil, nil
			pos.TaxLots = []portfolio.TaxLot{{LotID: "lot", AcquiredOn: p.AsOf, Quantity: pos.Quantity, UnitCost: unit}}
		}
		p.Positions[0].TaxLots[0].UnitCost = p.Positions[0].Price // what takes the place of the others
		first := p.Positions[0]
		first.Instrument.Exposures = nil // shared, its names would be marked twice
		p.PriceHistory = []portfolio.PriceHistory{{PositionID: first.PositionID}}
		r.Constraints.ExcludeTickers, r.Constraints.ExcludeSectors = []string{"NOPE"}, []string{"tobacco"}
		r.Constraints.NoSell = []string{"KEEP"}
		r.Constraints.BuyList = []portfolio.Candidate{{Instrument: first.Instrument, Price: &first.Price, Currency: first.Currency}}
		r.Options.MaxRecommendations = 20
	})
}

// TestNothingOfTheCallersIsSent: of everything that the caller wrote, the model
// is told figures and words of closed sets alone.
func TestNothingOfTheCallersIsSent(t *testing.T) {
	req := talkative(t)
	m := &marker{marked: map[string]bool{}, all: map[string]bool{}}
	for name, part := range map[string]any{
		"Portfolio": &req.Portfolio, "Profile": &req.Profile, "Constraints": &req.Constraints,
	} {
		m.walk(reflect.ValueOf(part).Elem(), name)
	}
	req.Client, req.RequestID, req.Canonical = mark, mark, []byte(mark)
	for field := range m.all {
		if !m.marked[field] {
			t.Errorf("%s holds no text: this test does not see where it goes", field)
		}
	}
	for _, want := range []string{"Instrument.Name", "Account.ID", "TaxLot.LotID", "Exposures.Sectors", "Profile.Objectives", "InstrumentID.ISIN"} {
		if !m.marked[want] {
			t.Errorf("%s was not walked", want)
		}
	}
	for _, mode := range []recommend.OutputMode{recommend.OutputPrefill, recommend.OutputTool} {
		for _, p := range promptsOf(t, req, func(c *recommend.Config) { c.OutputMode = mode }) {
			text := shown(p)
			if i := strings.Index(text, mark); i >= 0 {
				t.Errorf("the prompt has %q", text[i:min(len(text), i+60)])
			}
			if len(offered(p)) < 3 || !strings.Contains(text, "H1") {
				t.Errorf("a prompt that says next to nothing:\n%s", text)
			}
		}
	}
	if name := req.Portfolio.Positions[0].Instrument.Name; !strings.HasPrefix(name, mark) || !slices.Contains(req.Constraints.NoSell, mark+"KEEP") {
		t.Error("nothing was marked")
	}
}
