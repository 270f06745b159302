package portfolio

import "strings"

// countriesByRegion are the alpha-2 codes of ISO 3166-1, and XK for Kosovo, by
// the region that a country's markets are usually reported under. AQ and BV
// have no market.
var countriesByRegion = map[string]string{
	"north_america": `BM CA GL PM US`,
	"latin_america": `AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT
		JM KN KY LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI`,
	"europe": `AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS
		IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK`,
	"middle_east": `AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE`,
	"africa": `AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG
		ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW`,
	"asia_pacific": `AF AS AU BD BN BT CC CK CN CX FJ FM GU HK HM ID IN IO JP KG KH KI KP KR KZ LA LK MH
		MM MN MO MP MV MY NC NF NP NR NU NZ PF PG PH PK PN PW SB SG TH TJ TK TL TM TO TV TW UM UZ VN VU
		WF WS`,
	"other": `AQ BV`,
}

var regionOf = indexRegions()

func indexRegions() map[string]string {
	index := make(map[string]string)
	for region, countries := range countriesByRegion {
		for _, country := range strings.Fields(countries) {
			index[country] = region
		}
	}
	return index
}

// IsRegion reports whether name is a region that countries are reported under, so
// that it is known what lies in it. Callers may use others: "global", "eurozone".
func IsRegion(name string) bool { return name != "other" && countriesByRegion[name] != "" }

// RegionOf gives the region of an ISO 3166-1 alpha-2 country in upper case,
// such as europe for DE, and "" for a code that is no country.
func RegionOf(country string) string { return regionOf[country] }
