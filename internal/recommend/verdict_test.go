package recommend

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestRejectionReasonsAreAll that are declared, but for those of repairs.
func TestRejectionReasonsAreAll(t *testing.T) {
	repairs := []string{reasonTruncated, reasonFence, reasonComma, reasonControl, reasonEncoded, reasonPlaceholder}
	told := RejectionReasons()
	for _, file := range []string{"verdict.go", "check.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\treason\w+ += "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
			if slices.Contains(told, m[1]) == slices.Contains(repairs, m[1]) {
				t.Errorf("%s is told of as a rejection: %v", m[1], slices.Contains(told, m[1]))
			}
		}
	}
}
