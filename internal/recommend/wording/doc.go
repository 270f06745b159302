// Package wording writes every sentence of an answer that no language model
// wrote, and the noun phrases that replace the model's placeholders. Figures
// come from the analysis; this package only rounds them for reading and puts
// them into the form of the reader's language.
//
// There is one catalogue a language, read when the language is first spoken. All
// have the same keys and slots as the English one, which a test checks.
package wording
