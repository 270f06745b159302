package imports

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// The same files as spreadsheets, shells and other years write them. Each must
// give what the plain one gives.
func TestVariants(t *testing.T) {
	const (
		schwabHead   = `"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type",` + "\n"
		fidelityHead = "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Total,Average Cost Basis,Type\n"
	)
	for _, c := range []struct {
		variant string
		format  Format
		file    string
		want    string
	}{
		{"lines filled to one length, two accounts", Schwab,
			"Positions for All-Accounts as of 10:00 AM ET, 04/26/2026,,,,,,\n,,,,,,\nOne ...123,,,,,,\n" + strings.ReplaceAll(schwabHead, `"`, "") +
				"SCHB,BROAD,2,25,$50.00,$40.00,ETF\nTwo ...456,,,,,,\n" + strings.ReplaceAll(schwabHead, `"`, "") + "SCHB,BROAD,3,25,$75.00,$40.00,ETF\n",
			"SCHB 2 at 25 cost 40, SCHB 3 at 25 cost 40"},
		{"cash of earlier years", Schwab, schwabHead + `"Cash & Money Market","--","--","--","$61.04","--","Cash",` + "\n", "cash USD 61.04"},
		{"a total that is short", Schwab, schwabHead + `"SCHB","","2","25","$50.00","","ETF",` + "\n" + `"Positions Total","","","","$60.00"` + "\n",
			"SCHB 2 at 25, left out: total_differs"},
		{"a right without a price", Schwab, schwabHead + `"CVRONE","RIGHT","3","N/A","N/A","$0.00","Equity",` + "\n", "CVRONE 3 without a price cost 0"},
		{"dashes and a minus from a typesetter", Schwab, schwabHead + `"TSLA","","−5","250","−$1,250.00","—","Equity",` + "\n", "TSLA -5 at 250"},

		{"what is under way, for all accounts", Fidelity, fidelityHead + "Z1,Own,SPAXX**,HELD IN MONEY MARKET,,,$12.50,,,Cash\nPending Activity,,,,,,$-50.00,,,\n",
			"cash USD 12.5, left out: pending_activity"},
		{"a short option and its proceeds", Fidelity, fidelityHead + "Z1,Own, -TEAM270115C140,TEAM CALL,-1,$42.01,-$4201.00,$919.31,$9.19,Cash\n",
			"TEAM270115C00140000 -100 at 42.01 cost 919.31"},
		{"an option with its strike in thousandths", Fidelity, fidelityHead + "Z1,Own, -AAPL271217C00150000,CALL,2,$2.00,$400.00,,,Margin\n",
			"AAPL271217C00150000 200 at 2"},
		{"cost per share", Fidelity, "Account Name/Number,Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Per Share,Type\nOwn - Z1,O,REALTY,2,$54.20,$108.40,$50.00,Cash\n",
			"O 2 at 54.2 average 50"},

		{"two headings of one section", IBKR, "Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures,\nCash Report,Data,Ending Cash,USD,-30,-30,0,\n" +
			"Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code\n" +
			"Open Positions,Data,Summary,Stocks,CAD,ZZA,\"1,000\",1,10.5,10500,12,12000,1500,\nOpen Positions,Total,,Stocks,CAD,,,,,10500,,12000,1500,\n" +
			"Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code\n" +
			"Open Positions,Data,Summary,Equity and Index Options,USD,ZZB 16JAN26 30 C,2,100,1.5,300,1,200,-100,\n",
			"cash USD -30, ZZA 1000 at 12 cost 10500, ZZB260116C00030000 200 at 1 cost 300"},
		{"a bond in percent of its face value", IBKR, "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value\n" +
			"Open Positions,Data,Summary,Bonds,UAH,UA4000228894,100000,1,97.08,97080,99.20,99200\n", "UA4000228894 100000 at 0.992 cost 97080"},

		{"dollar signs and no closing comma", Vanguard, "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value\n1,FUND,VTSAX,150.5,\"$135.20\",\"$20,347.60\"\n",
			"VTSAX 150.5 at 135.2"},
	} {
		t.Run(c.variant, func(t *testing.T) {
			res, err := Read(c.format, []byte(c.file), Known{})
			if err != nil {
				t.Fatal(err)
			}
			if got := mapped(&res); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if found, _ := Detect([]byte(c.file)); found != c.format {
				t.Errorf("detected as %q", found)
			}
		})
	}
}

// A file may be saved again by a spreadsheet or a shell, which changes how its
// text is written and not what it says.
func TestTextsAsProgramsSaveThem(t *testing.T) {
	plain := strings.ReplaceAll(string(readFile(t, "testdata/fidelity.csv")), string(bom), "")
	want, err := Read(Fidelity, []byte(plain), Known{})
	if err != nil {
		t.Fatal(err)
	}
	little, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	big, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"UTF-8 with its mark": string(bom) + plain, "UTF-16": little, "UTF-16 of the other order": big,
		"UTF-16 without its mark": little[2:], "UTF-16 of the other order without its mark": big[2:],
		"carriage returns": strings.ReplaceAll(strings.ReplaceAll(plain, "\r\n", "\n"), "\n", "\r\n"),
	} {
		got, err := Read(Auto, []byte(text), Known{})
		if err != nil || string(dump(t, &got)) != string(dump(t, &want)) {
			t.Errorf("%s: %v, not the same portfolio", name, err)
		}
	}
	for _, c := range []struct {
		separator, name string
		charset         encoding.Encoding
	}{
		{";", "Société", charmap.Windows1252},
		{"\t", "Müller & Söhne", charmap.Windows1252},
		{";", "‚Österreich‘ „Fonds“", charmap.Windows1252}, // the marks are kana in Shift-JIS
		{",", "トヨタ自動車 ソニー 表示", japanese.ShiftJIS},
	} {
		separator, name := c.separator, c.name
		cells := strings.Join([]string{"Account Number", "Investment Name", "Symbol", "Shares", "Share Price", "Total Value"}, separator) + "\n" +
			strings.Join([]string{"1", name, "VTI", `"1,000.5"`, "2", "2001"}, separator) + "\n"
		saved, err := c.charset.NewEncoder().String(cells)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(Auto, []byte(saved), Known{})
		if err != nil {
			t.Fatal(err)
		}
		if s := mapped(&got); s != "VTI 1000.5 at 2, left out: charset" || got.Portfolio.Positions[0].Instrument.Name != name {
			t.Errorf("%q: %s, named %q", separator, s, got.Portfolio.Positions[0].Instrument.Name)
		}
	}
}

// Who brings a file that nobody reads here learns what is read.
func TestUnknownFileLearnsWhatIsKnown(t *testing.T) {
	for _, file := range []string{"!Type:Invst\nNBuy\nYVTI\n^\n", "ISIN;Bezeichnung;Stück;Kurswert\nDE0007164600;SAP;10;1.805,00\n"} {
		_, err := Resolve(Auto, []byte(file))
		if err == nil || !strings.Contains(err.Error(), "schwab") || !strings.Contains(err.Error(), "in English") {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, path := range samples(t) {
		want := formatOf(path)
		if want == QFX {
			want = OFX
		}
		if f, ok := Detect(readFile(t, path)); !ok || f != want {
			t.Errorf("%s: detected as %q, %v", path, f, ok)
		}
	}
	for _, none := range []string{
		"", "hello", "{", "[", "[]", "{}", `{"portfolio":{"positions":[]}}`, `[{"symbol":"A"}]`, "Symbol,Quantity\nA,1\n", "Date,Action,Symbol,Quantity,Price\n", "<html>",
	} {
		if f, ok := Detect([]byte(none)); ok {
			t.Errorf("%q: detected as %s", none, f)
		}
		if _, err := Read(Auto, []byte(none), Known{}); err == nil {
			t.Errorf("%q was read", none)
		}
	}
}
