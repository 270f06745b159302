// Package verify screens the words of a model before anybody reads them.
//
// A model that explains computed figures may refer to them as placeholders and
// must not write any itself, nor promise, predict, press, name products or
// give its instructions away. The package decides that from the text alone and
// fails closed: what it cannot tell from a fault is one, because an explanation
// that is dropped is replaced by a written one, while a wrong one is believed.
//
// A text consists of the words of data/words/<language>.txt, see vocabulary. What
// they must not say together is looked up in data/<language>.txt; every text is checked against
// its own language and English, since models fall back to English. The format
// of these files stands at parseLexicon.
//
// A claim about a share that no code computed ("most of", "the majority")
// counts as a number. A capital inside a clause counts as a name where the
// language writes nouns small. News, the economy and the reader's life are
// foreign topics, since the model is told nothing of them. Directed knows what
// code decided and refuses words against it. A text without any word of the field, or
// with a short sentence that has none, is about something that the model was not
// told either; a longer sentence may go on with the one before it.
//
// What a sentence then claims, a direction and what it is about, is held to what
// code computed for the kind of action; see claim. Phrases that say what code may
// have found, or what the investor is and wants, are held to that; see statement.
//
// None of these knows every way to say something wrong in the words of the field. What remains is bounded by what the text
// cannot hold, which is any figure, name or instrument, and by the trades
// beside it, which are the code's.
//
// Articles that are also numerals (ein, een, un, uno, una, um, uma, 一つ) pass,
// and so do English "one" unless a unit follows it, and "first" in every
// language, which orders and does not count. Dutch één counts as a number,
// because its accents say so, unless it is of one issuer ("van één bedrijf").
package verify
