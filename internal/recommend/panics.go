package recommend

import (
	"fmt"
	"runtime"
)

// PanicText is what a log may say of a panic: all of one by the runtime, and of
// any other its type alone, since its text may hold what was being worked on.
func PanicText(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a %T", v)
}
