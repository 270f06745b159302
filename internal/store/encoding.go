package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
)

// encoder writes fields so that no two lists of fields are written alike: each
// has its length in front, as do integers, and the first is a tag that tells
// what the bytes are for. What it writes to never fails.
type encoder struct {
	w      io.Writer
	number [8]byte
}

func (e *encoder) length(n uint64) {
	binary.BigEndian.PutUint64(e.number[:], n)
	_, _ = e.w.Write(e.number[:])
}

func (e *encoder) string(s string) {
	e.length(uint64(len(s)))
	_, _ = io.WriteString(e.w, s)
}

func (e *encoder) bytes(b []byte) {
	e.length(uint64(len(b)))
	_, _ = e.w.Write(b)
}

func (e *encoder) int(n int64) {
	e.length(8)
	e.length(uint64(n))
}

// digest is an encoder that keeps the hash of what is written alone.
type digest struct {
	encoder
	hash hash.Hash
}

func newDigest(tag string) *digest {
	d := &digest{hash: sha256.New()}
	d.w = d.hash
	d.string(tag)
	return d
}

func (d *digest) sum() []byte { return d.hash.Sum(nil) }

// encoded are the fields themselves.
func encoded(tag string, fields ...string) []byte {
	var out bytes.Buffer
	e := encoder{w: &out}
	e.string(tag)
	for _, f := range fields {
		e.string(f)
	}
	return out.Bytes()
}
