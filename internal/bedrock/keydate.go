package bedrock

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"time"
)

// dated is when keys were made, and whether their file says so itself.
type dated struct {
	at     time.Time
	stated bool
}

// createdMark begins the line of a key file that dates its keys, as "server iam
// setup" writes it: "# created 2026-11-20T10:00:00Z" within the profile. The
// SDKs take it for a comment.
const createdMark = "# created "

// keyDate is when the keys of a file were made. Without a line that says so it
// is when the file was written, which a mounted secret is with every new pod.
func keyDate(path, profile string) (dated, error) {
	info, err := os.Stat(path)
	if err != nil {
		return dated{}, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return dated{}, err
	}
	if at, ok := statedDate(data, profile); ok {
		return dated{at, true}, nil
	}
	return dated{info.ModTime(), false}, nil
}

// statedDate reads the date of a profile, with or without the time of day.
func statedDate(data []byte, profile string) (time.Time, bool) {
	section := ""
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			section = strings.TrimSpace(line[1 : len(line)-1])
		}
		text, ok := strings.CutPrefix(line, createdMark)
		if !ok || section != profile {
			continue
		}
		for _, form := range []string{time.RFC3339, time.DateOnly} {
			if at, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
				return at, true
			}
		}
	}
	return time.Time{}, false
}
