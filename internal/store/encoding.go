package store

import (
	"crypto/sha256"
	"encoding/binary"
)

// encoder writes fields so that no two lists of fields are written alike: each
// has its length in front, as do integers, and the first is a tag that tells
// what the bytes are for.
type encoder []byte

func encoding(tag string) encoder {
	var e encoder
	e.string(tag)
	return e
}

func (e *encoder) string(s string) {
	*e = append(binary.BigEndian.AppendUint64(*e, uint64(len(s))), s...)
}

func (e *encoder) bytes(b []byte) {
	*e = append(binary.BigEndian.AppendUint64(*e, uint64(len(b))), b...)
}

func (e *encoder) int(n int64) {
	*e = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(*e, 8), uint64(n))
}

func (e encoder) sum() []byte {
	h := sha256.Sum256(e)
	return h[:]
}
