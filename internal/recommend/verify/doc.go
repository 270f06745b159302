// Package verify checks the words of a language model before anybody reads
// them: a text that is not clean is not used at all. It looks at the raw text,
// in which figures and holdings are placeholders such as {F3} and {H1}.
//
// Everything that can be an allow-list is one: placeholders, letters,
// punctuation, words in capitals and, where a language writes nouns small,
// names. What has to be recognised by its wording - numbers in words, promises,
// forecasts, urgency, false authority - is matched against phrases that stand
// in one lexicon a language, on words without case and accents. Phrases that
// are harmless or even required when denied ("not guaranteed") pass if a
// negation reaches them, and "not only safe but guaranteed" does not.
//
// Where it had to be decided: ordinals up to second, "one" and "once" pass,
// because languages use them as articles and conjunctions; every other number
// word is refused, and so are claims of quantity that no code has computed
// ("most of", "the majority"). A holding must be named by its placeholder: a
// ticker or name is refused even if it is one of the caller's, because the
// model was never told it. The price is some false alarms, for which the rules'
// text stands in.
package verify
