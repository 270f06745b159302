package portfolio

import (
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// maxFaults bounds an answer to hopeless input.
const maxFaults = 100

// maxDigits is how many digits an amount may have on either side of the point:
// more than any holding or any token needs, and few enough for exact products
// to stay small.
const maxDigits = 18

// checker collects faults. Its methods take where a value stands as a pointer
// and the name of a member below it, so that nothing is concatenated for valid
// input.
type checker struct {
	faults    Faults
	portfolio *Portfolio
	rates     Rates
	accounts  map[string]bool
	isins     map[string]string // by ticker: the first that was told
}

func (c *checker) fault(at, member, code, detail string) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, Fault{Pointer: at + member, Code: code, Detail: detail})
	}
}

// item is the pointer of element i of the array at.
func item(at string, i int) string { return at + "/" + strconv.Itoa(i) }

// count refuses more than limit elements, which are then not looked at.
func (c *checker) count(at, member string, n, limit int) bool {
	if n > limit {
		c.fault(at, member, "too_many", "At most "+strconv.Itoa(limit)+" elements are allowed.")
		return false
	}
	return true
}

// bounded refuses a number with more digits than can be meant, and must come
// before any arithmetic: an exponent costs as much memory as it says.
func (c *checker) bounded(at, member string, d decimal.Decimal) bool {
	exponent := int(d.Exponent())
	if d.NumDigits()+exponent > maxDigits || exponent < -maxDigits {
		c.fault(at, member, "out_of_range", "The number may have at most 18 digits before the point and 18 after it.")
		return false
	}
	return true
}

func (c *checker) notNegative(at, member string, d decimal.Decimal) bool {
	if !c.bounded(at, member, d) {
		return false
	}
	if d.IsNegative() {
		c.fault(at, member, "out_of_range", "The number must not be negative.")
		return false
	}
	return true
}

func (c *checker) positive(at, member string, d decimal.Decimal) bool {
	if !c.bounded(at, member, d) {
		return false
	}
	if !d.IsPositive() {
		c.fault(at, member, "out_of_range", "The number must be above zero.")
		return false
	}
	return true
}

// between wants 0 <= d <= limit.
func (c *checker) between(at, member string, d decimal.Decimal, limit int64) bool {
	if !c.bounded(at, member, d) {
		return false
	}
	if d.IsNegative() || d.GreaterThan(decimal.NewFromInt(limit)) {
		c.fault(at, member, "out_of_range", "The number must lie between 0 and "+strconv.FormatInt(limit, 10)+".")
		return false
	}
	return true
}

// fraction is between 0 and 1 for a number that may be absent.
func (c *checker) fraction(at, member string, d *decimal.Decimal) {
	if d != nil {
		c.between(at, member, *d, 1)
	}
}

func (c *checker) years(at, member string, n *int, limit int) {
	if n != nil && (*n < 0 || *n > limit) {
		c.fault(at, member, "out_of_range", "The number must lie between 0 and "+strconv.Itoa(limit)+".")
	}
}

// text refuses what could not be shown as one line, or not as what it says.
func (c *checker) text(at, member, s string, limit int) {
	if utf8.RuneCountInString(s) > limit {
		c.fault(at, member, "too_long", "At most "+strconv.Itoa(limit)+" characters are allowed.")
		return
	}
	if !shows(s) {
		c.fault(at, member, "bad_text", "Control, direction and invisible characters are not allowed.")
	}
}

// shows reports whether s can be shown as one line that reads as what it says.
func shows(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) || invisible(r) {
			return false
		}
	}
	return true
}

// ValidName reports whether s can be the name of an instrument.
func ValidName(s string) bool { return utf8.RuneCountInString(s) <= maxNameLength && shows(s) }

// ValidSector reports whether s can be the name of a sector or region.
func ValidSector(s string) bool { return utf8.RuneCountInString(s) <= maxSectorLength && shows(s) }

// invisible reports runes that change how others are read. The joiners that
// Persian, Hindi and emoji need (U+200C, U+200D) are not among them.
func invisible(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\u2060' || r == '\ufeff' || (r >= 0xe0000 && r <= 0xe007f)
}

// optional is oneOf for a member that may be absent, which is "".
func optional[T ~string](c *checker, at, member string, value T, known ...T) {
	if value != "" {
		oneOf(c, at, member, value, known...)
	}
}

// oneOf checks an enumerated value.
func oneOf[T ~string](c *checker, at, member string, value T, known ...T) {
	if !slices.Contains(known, value) {
		c.fault(at, member, "unknown_value", "The value is not one of those allowed.")
	}
}

// notAfter refuses a date later than the portfolio's own; the zero date is
// absent, and allowed.
func (c *checker) notAfter(at, member string, d Date) {
	if !c.portfolio.AsOf.IsZero() && d.After(c.portfolio.AsOf) {
		c.fault(at, member, "future_date", "The date must not be later than the portfolio's as_of.")
	}
}

// optionalMoney is convertible for a currency that may be absent: "" is the
// base currency.
func (c *checker) optionalMoney(at, member string, cur Currency) {
	if cur != "" {
		c.convertible(at, member, cur)
	}
}

// holdable is convertible, unless holdings without a rate are to be left out.
func (c *checker) holdable(at, member string, cur Currency) {
	if c.portfolio.ExcludeUnconvertible {
		c.currency(at, member, cur)
		return
	}
	c.convertible(at, member, cur)
}

// convertible wants an active currency with a way into the base currency.
func (c *checker) convertible(at, member string, cur Currency) {
	if !c.currency(at, member, cur) || !c.portfolio.BaseCurrency.Valid() {
		return
	}
	if _, err := c.rates.ToBase(cur); err != nil {
		c.fault(at, member, "missing_fx_rate", "No exchange rate between this currency and the base currency is given in fx_rates.")
	}
}

func (c *checker) currency(at, member string, cur Currency) bool {
	if cur == "" {
		c.fault(at, member, "required", "A currency is required.")
		return false
	}
	if !cur.Valid() {
		c.fault(at, member, "unknown_currency",
			"The code is not an active ISO 4217 currency in upper case; prices in pence and the like are given in the major unit.")
		return false
	}
	return true
}

func (c *checker) account(at, member, id string) {
	if id != "" && !c.accounts[id] {
		c.fault(at, member, "unknown_account", "No account with this account_id is given in accounts.")
	}
}

// unique remembers an id, and refuses it the second time; "" is absent.
func (c *checker) unique(seen map[string]bool, at, member, id string) {
	if id == "" {
		return
	}
	if seen[id] {
		c.fault(at, member, "duplicate_id", "The same id is given more than once.")
	}
	seen[id] = true
}
