// Package verify screens the words of a model before anybody reads them.
//
// A model that explains computed figures may refer to them as placeholders and
// must not write any itself, nor promise, predict, press, name products or
// give its instructions away. The package decides that from the text alone and
// fails closed: what it cannot tell from a fault is one, because an explanation
// that is dropped is replaced by a written one, while a wrong one is believed.
// Checker.Keep is the way in: it returns the sentences that nothing speaks against.
// What judge looks at, in its order, with where it stands and the Reasons it gives:
//
//	placeholder.go   placeholders that were not offered or are malformed
//	runes.go         characters: hidden, of other scripts, digits, signs
//	forms.go         links, identifiers, markup, words that are set apart
//	lexicon.go       phrases of data/<language>.txt (script.go for Japanese): numbers,
//	                 promises, predictions, advice; a negation excuses some
//	direction.go     phrases there against what code decided ([against …])
//	subject.go       a sentence on nothing of the field
//	vocabulary.go    words in no list of data/words: unfamiliar_word
//	claimlist.go     what the words mean, by data/claims, as marks (mark.go; what stands
//	                 around them: around.go, refer.go; Japanese: scriptwords.go)
//	statement.go     phrases of data/statements that need what code found
//	assertion.go     what the marks of a sentence claim, held to claim.go, the claims
//	                 that code computed for each kind of action: unfounded_claim. Its
//	                 parts are degree.go (where a word points), object.go (what that is
//	                 of), class.go and way.go (asset classes), attribute.go (whose a
//	                 figure is), topic.go (what may be spoken of), praise.go
//	clause.go        what each clause of a sentence says: it needs a ground of its own
//	follow.go        what follows a placeholder; trades told as made
//	names.go         tickers and names
//	leak.go          the canary and the prompt
//	language.go      another language than the one asked for
//
// go run ./eval/explain tells of a sentence which of them refuses it, and by which
// entry. A text is checked against its own language's lists and data/en.txt, since
// models fall back to English. The format of the lists stands at parseLexicon and
// newClaimList.
//
// A claim about a share that no code computed ("most of", "the majority")
// counts as a number. A capital inside a clause counts as a name where the
// language writes nouns small. News, the economy and the reader's life are
// foreign topics, since the model is told nothing of them. None of the checks knows
// every way to say something wrong in the words of the field. What remains is bounded
// by what the text cannot hold, which is any figure, name or instrument, and by the
// trades beside it, which are the code's.
//
// Articles that are also numerals (ein, een, un, uno, una, um, uma, 一つ) pass,
// and so do English "one" unless a unit follows it, and "first" in every
// language, which orders and does not count. Dutch één counts as a number,
// because its accents say so, unless it is of one issuer ("van één bedrijf").
package verify
