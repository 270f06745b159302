package imports

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// bom is the mark with which Windows programs begin a UTF-8 file.
var bom = []byte("\ufeff")

// Unicode gives the text of a file as UTF-8 when its beginning says how it is
// written: UTF-8, or UTF-16 as Excel and PowerShell save it, with its mark or
// without. Other files stay as they are.
func Unicode(data []byte) []byte {
	order, found := wideOrder(data)
	if !found {
		return bytes.TrimPrefix(data, bom)
	}
	out, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}

// wideOrder tells UTF-16 and the order of its bytes by the mark, or by the zeros
// beside two characters of ASCII, with which every format begins.
func wideOrder(data []byte) (order unicode.Endianness, found bool) {
	if len(data) < len("\xff\xfe") {
		return unicode.LittleEndian, false
	}
	zeros := len(data) >= 4 && bytes.Count(data[:4], []byte{0}) == 2
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), zeros && data[1] == 0 && data[3] == 0:
		return unicode.LittleEndian, true
	case bytes.HasPrefix(data, []byte("\xfe\xff")), zeros && data[0] == 0 && data[2] == 0:
		return unicode.BigEndian, true
	default:
		return unicode.LittleEndian, false
	}
}

// westernHeader is how an OFX header, SGML or XML, names Windows-1252 or its
// subset Latin-1.
var westernHeader = regexp.MustCompile(`(?im)^CHARSET:\s*(1252|ISO-8859-1)\s*$|<\?xml[^>]*encoding=["'](windows-1252|iso-8859-1)["']`)

// text is the text of a file that is not JSON. What is neither UTF-8 nor says
// what it is was saved by a program of Western or Japanese Windows; that is told,
// though only names can suffer from it.
func (d *draft) text(data []byte) string {
	data = Unicode(data)
	if !bytes.Contains(data, []byte("\n")) { // lines as the first Macs ended them, which spreadsheets still offer
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	if utf8.Valid(data) {
		return string(data)
	}
	said := westernHeader.Match(data)
	charset, out := "Shift-JIS", shiftJIS(data)
	if said || out == nil {
		charset, out = "Windows-1252", western(data)
	}
	if !said {
		d.skip("", "charset", "The file does not say how its characters are written and was read as "+charset+": look at the names.")
	}
	return string(out)
}

func western(data []byte) []byte {
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}

// shiftJIS is a text in Japanese, and nil for one that is none: all of it must be
// readable so, and some of it be kana, whose bytes are rare signs elsewhere.
func shiftJIS(data []byte) []byte {
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) || !bytes.ContainsFunc(out, kana) {
		return nil
	}
	return out
}

func kana(r rune) bool { return r >= 'ぁ' && r <= 'ヺ' }

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
