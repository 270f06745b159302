// Package wording writes every sentence that Ballast itself is responsible for:
// what a fact or finding says, the rules text of an action, summaries and
// disclosures, in eight languages. The sentences are data, one catalogue a
// language; this package only chooses among them and fills in figures.
//
// A fact is rendered as one noun phrase with unit and direction, such as "18.0%
// of the portfolio in AAPL (8.0 percentage points above the limit of 10%)", so
// that no sentence a model writes around it can turn its meaning round. Figures
// are rounded here and nowhere before.
package wording
