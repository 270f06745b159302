// Package verify screens the words of a model before anybody reads them.
//
// A model that explains computed figures may refer to them as placeholders and
// must not write any itself, nor promise, predict, press, name products or
// give its instructions away. The package decides that from the text alone and
// fails closed: what it cannot tell from a fault is one, because an explanation
// that is dropped is replaced by a written one, while a wrong one is believed.
//
// Words are looked up in data/<language>.txt; every text is checked against
// its own language and English, since models fall back to English. The format
// of these files stands at parseLexicon.
//
// Articles that are also numerals (ein, een, un, uno, una, um, uma, 一つ) pass,
// and so do English "one" unless a unit follows it, and "first" in every
// language, which orders and does not count. Dutch één counts as a number,
// because its accents say so.
package verify
