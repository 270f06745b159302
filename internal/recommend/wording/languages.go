package wording

import "slices"

// languages are the primary BCP 47 tags that have a catalogue.
var languages = [...]string{"en", "de", "fr", "es", "it", "pt", "nl", "ja"}

const fallbackLanguage = "en"

// Languages lists the primary BCP 47 tags that text can be written in.
func Languages() []string { return slices.Clone(languages[:]) }

// LanguageName is the English name of a language, such as "German"; it is
// "English" for a tag that is not one of Languages.
func LanguageName(lang string) string { return catalogueOf(lang).Name }
