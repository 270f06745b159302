package api

import (
	"encoding/json"
	"errors"

	"github.com/shopspring/decimal"
)

// Close is one day's closing price. In JSON it is a pair, ["2026-11-19",
// "249.1"], because histories are long.
type Close struct {
	Date  string // YYYY-MM-DD
	Price decimal.Decimal
}

var errClose = errors.New("a close must be a pair of a date and a price")

// UnmarshalJSON reads the pair.
func (c *Close) UnmarshalJSON(data []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(data, &pair); err != nil || len(pair) != 2 {
		return errClose
	}
	if json.Unmarshal(pair[0], &c.Date) != nil || json.Unmarshal(pair[1], &c.Price) != nil {
		return errClose
	}
	return nil
}

// MarshalJSON writes the pair.
func (c Close) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]any{c.Date, c.Price})
}
