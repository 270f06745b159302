package imports

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// bom is the mark with which Windows programs begin a UTF-8 file.
var bom = []byte("\ufeff")

// Unicode gives the text of a file as UTF-8 when a mark at its beginning says
// how it is written: UTF-8, or UTF-16 as Excel and PowerShell save it. Other
// files stay as they are.
func Unicode(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte("\xff\xfe")) && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return bytes.TrimPrefix(data, bom)
	}
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}

// westernHeader is how an OFX header, SGML or XML, names Windows-1252 or its
// subset Latin-1.
var westernHeader = regexp.MustCompile(`(?im)^CHARSET:\s*(1252|ISO-8859-1)\s*$|<\?xml[^>]*encoding=["'](windows-1252|iso-8859-1)["']`)

// text is the text of a file that is not JSON. What is neither UTF-8 nor says
// what it is was saved by a program of Western Windows; that is told, though
// only names can suffer from it.
func (d *draft) text(data []byte) string {
	data = Unicode(data)
	if !bytes.Contains(data, []byte("\n")) { // lines as the first Macs ended them, which spreadsheets still offer
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	if utf8.Valid(data) {
		return string(data)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	if !westernHeader.Match(data) {
		d.skip("", "charset", "The file does not say how its characters are written and was read as Windows-1252: look at the names.")
	}
	return string(out)
}

// separator is what stands between the cells of a table: the comma of brokers,
// the semicolon of a spreadsheet in Europe, or the tab of cells that were copied.
// The headings, of which one is a symbol, tell which.
func separator(text string) rune {
	for line := range strings.Lines(text) {
		if !strings.Contains(strings.ToLower(line), "symbol") {
			continue
		}
		most := ','
		for _, c := range []rune{';', '\t'} {
			if strings.Count(line, string(c)) > strings.Count(line, string(most)) {
				most = c
			}
		}
		return most
	}
	return ','
}
