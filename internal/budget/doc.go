// Package budget holds the rules by which money is reserved and settled:
// amounts in whole nano-USD, calendar windows in a named time zone, limits and
// the life of a reservation. It does no I/O and knows no clock; a ledger
// applies its decisions inside one transaction.
//
// The rule that everything else serves: in every window, what is spent plus
// what is reserved never exceeds the limit at the moment of reserving.
package budget
