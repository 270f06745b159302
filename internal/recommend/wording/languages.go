package wording

// fallback is the language of callers whose own is not supported, and the
// catalogue that the others are measured against.
const fallback = "en"

var languageNames = map[string]string{
	"en": "English", "de": "German", "fr": "French", "es": "Spanish",
	"it": "Italian", "pt": "Portuguese", "nl": "Dutch", "ja": "Japanese",
}

// Languages lists the primary tags of the supported languages.
func Languages() []string {
	return []string{"en", "de", "fr", "es", "it", "pt", "nl", "ja"}
}

// LanguageName is the English name of a supported language, and "" of others.
func LanguageName(lang string) string { return languageNames[lang] }
