package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// Exported is one line of an export: a link of the chain and what it attests.
type Exported struct {
	Seq         int64      `json:"seq"`
	ID          string     `json:"id"`
	RetainUntil *time.Time `json:"retain_until"` // null: for ever
	ContentHash string     `json:"content_hash"` // hex, as are the others
	PrevHash    string     `json:"prev_hash"`
	Hash        string     `json:"hash"`
	KeyID       string     `json:"key_id"` // what the content is stored under; "" for plain
	// Record is null when it was erased after its retention.
	Record *ExportedRecord `json:"record"`
}

// ExportedRecord is a record in the clear. Request and Answer hold the very
// bytes that were hashed and returned, as text, so that they stay comparable.
type ExportedRecord struct {
	CreatedAt   time.Time           `json:"created_at"`
	Kind        string              `json:"kind"` // by its name, where what is hashed has "" for a recommendation
	About       string              `json:"about"`
	SavedNano   int64               `json:"saved_nano_usd"`
	Client      string              `json:"client"`
	RequestID   string              `json:"request_id"`
	RequestHash string              `json:"request_hash"`
	Policy      string              `json:"policy"`
	Engine      string              `json:"engine"`
	Prompt      string              `json:"prompt"`
	ModelID     string              `json:"model_id"`
	Region      string              `json:"region"`
	Source      string              `json:"source"`
	Degraded    string              `json:"degraded"`
	Attempts    []recommend.Attempt `json:"attempts"`
	Request     string              `json:"request"`
	Answer      string              `json:"answer"`
}

// Export writes the whole journal as JSON Lines, in order and decrypted. It
// does not verify it.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for after := int64(0); ; {
		page, err := readPage(ctx, s.reader(), after)
		if err != nil {
			return err
		}
		for _, r := range page {
			line, err := s.exported(r)
			if err != nil {
				return fmt.Errorf("record %d %s: %w", r.link.seq, r.id, err)
			}
			if err := out.Encode(line); err != nil {
				return err
			}
			after = r.link.seq
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

func (s *Store) exported(r row) (Exported, error) {
	line := Exported{
		Seq: r.link.seq, ID: r.id, ContentHash: hex.EncodeToString(r.contentHash),
		PrevHash: hex.EncodeToString(r.prevHash), Hash: hex.EncodeToString(r.hash),
	}
	if r.retainUntil > 0 {
		t := fromNanos(r.retainUntil)
		line.RetainUntil = &t
	}
	if r.content == nil {
		return line, nil
	}
	rec, err := s.decode(r.link, *r.content)
	line.KeyID = r.content.keyID
	line.Record = &ExportedRecord{
		CreatedAt: rec.CreatedAt, Kind: rec.Kind.Name(), About: rec.About, SavedNano: rec.SavedNano, Client: rec.Client, RequestID: rec.RequestID, RequestHash: rec.RequestHash,
		Policy: rec.Policy, Engine: rec.Engine, Prompt: rec.Prompt, ModelID: rec.ModelID, Region: rec.Region,
		Source: rec.Source, Degraded: rec.Degraded, Attempts: rec.Attempts,
		Request: string(rec.Request), Answer: string(rec.Answer),
	}
	return line, err
}
