package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/portfolio/imports"
)

// ImportPortfolio turns a file into a portfolio. It keeps nothing.
func (h handlers) ImportPortfolio(_ context.Context, r api.ImportPortfolioRequestObject) (api.ImportPortfolioResponseObject, error) {
	if !imports.Format(r.Format).Valid() {
		return nil, errNoFormat
	}
	known, err := knownOf(&r.Params)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	res, err := ReadImport(imports.Format(r.Format), body, known)
	if err != nil {
		return nil, err
	}
	return encode(ImportOut(&res))
}

// knownOf reads what the caller adds to the file.
func knownOf(p *api.ImportPortfolioParams) (imports.Known, error) {
	known := imports.Known{BaseCurrency: portfolio.Currency(orZero(p.BaseCurrency))}
	var faults parameterFaults
	if p.AsOf != nil {
		var err error
		if known.AsOf, err = portfolio.ParseDate(*p.AsOf); err != nil {
			faults = badParameter("as_of", "bad_date", "must be a date YYYY-MM-DD from 1900 to 2199")
		}
	}
	if p.BaseCurrency != nil && !known.BaseCurrency.Valid() {
		faults = append(faults, badParameter("base_currency", "unknown_currency", "must be an active ISO 4217 code in upper case")...)
	}
	if len(faults) > 0 {
		return known, faults
	}
	return known, nil
}

// ReadImport reads a file of a valid format. It fails as DecodeRequest does;
// pointers are into the file.
func ReadImport(format imports.Format, data []byte, known imports.Known) (imports.Result, error) {
	format, err := imports.Resolve(format, data)
	if err != nil {
		return imports.Result{}, err
	}
	if format.JSON() {
		doc, err := strictjson.Parse(imports.Unicode(data))
		if err != nil {
			return imports.Result{}, err
		}
		if len(doc.Faults) > 0 {
			return imports.Result{}, doc.Faults
		}
	}
	return imports.Read(format, data, known)
}

// importTypes are the media types under which files of the format travel. What
// no format is known for is left to the handler to refuse. UTF-16 is told by its
// mark.
func importTypes(r *http.Request) bodyTypes {
	format := imports.Format(chi.URLParam(r, "format"))
	types := []string{"application/octet-stream"}
	switch {
	case !format.Valid():
		return bodyTypes{}
	case format == imports.Auto:
		types = append(types, "application/json", "application/x-ofx", "text/csv", "text/plain")
	case format.JSON():
		types = append(types, "application/json")
	case format == imports.OFX || format == imports.QFX:
		types = append(types, "application/x-ofx", "application/vnd.intu.qfx", "text/plain")
	default:
		types = append(types, "text/csv", "application/vnd.ms-excel", "text/plain") // some browsers take a CSV for Excel's
	}
	return bodyTypes{types, []string{"utf-8", "utf-16"}}
}

func detailOfNotFound(err error) string {
	if !errors.Is(err, errNoFormat) {
		return ""
	}
	var names []string
	for _, f := range imports.Formats() {
		names = append(names, string(f))
	}
	return "The formats of imports are " + strings.Join(names, ", ") + ", and auto."
}

// ImportOut is what the contract answers with.
func ImportOut(res *imports.Result) api.Import {
	all := fromPortfolio(&res.Portfolio)
	out := api.Import{
		Format: string(res.Format),
		Portfolio: api.ImportedPortfolio{
			AsOf: told(all.AsOf), BaseCurrency: told(all.BaseCurrency), FXRates: orEmpty(all.FXRates),
			Accounts: orEmpty(all.Accounts), Cash: orEmpty(all.Cash), Positions: []api.ImportedPosition{},
		},
		Unmapped: []api.Unmapped{}, Missing: []api.MissingMember{},
	}
	required := res.Required()
	for i := range all.Positions {
		lacksPrice := required["/portfolio/positions/"+strconv.Itoa(i)+"/price"]
		out.Portfolio.Positions = append(out.Portfolio.Positions, importedPosition(&all.Positions[i], lacksPrice))
	}
	for _, u := range res.Unmapped {
		out.Unmapped = append(out.Unmapped, api.Unmapped{At: u.At, Code: u.Code, Detail: u.Detail})
	}
	for _, q := range res.Missing {
		out.Missing = append(out.Missing, api.MissingMember{Pointer: q.Pointer, At: told(q.At), Code: q.Code, Detail: q.Detail, Required: q.Required})
	}
	return out
}

func importedPosition(p *api.Position, lacksPrice bool) api.ImportedPosition {
	price := &p.Price
	if lacksPrice {
		price = nil
	}
	return api.ImportedPosition{
		AccountID: p.AccountID, Instrument: p.Instrument, Quantity: p.Quantity, Price: price, PriceAsOf: p.PriceAsOf,
		Currency: told(p.Currency), MarketValue: p.MarketValue, CostBasis: p.CostBasis, AverageCost: p.AverageCost, TaxLots: p.TaxLots,
	}
}
