package recommend_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// TestRepeatsNameTheirRecord whichever way words come to be given again: the
// answer and its record name the recommendation whose call was paid for, and
// that one names none.
func TestRepeatsNameTheirRecord(t *testing.T) {
	line := func(t *testing.T) recommend.Request {
		return example(t, "p0.json", func(r *recommend.Request) { r.Batch = "job" })
	}
	// Each asks twice, the second time for what the first one paid for.
	ways := map[string]func(t *testing.T, peers *fakePeers, b *bench) (paid, repeats []answered, by *bench){
		"kept": func(t *testing.T, _ *fakePeers, b *bench) (paid, repeats []answered, by *bench) {
			return []answered{b.one(t, p0(t))}, []answered{b.one(t, p0(t)), b.one(t, line(t))}, b
		},
		"at the same time": func(t *testing.T, _ *fakePeers, b *bench) (paid, repeats []answered, by *bench) {
			first, second := b.ask(t.Context(), p0(t)), b.ask(t.Context(), p0(t))
			for _, o := range []outcome{<-first, <-second} {
				if o.Answer.Usage.Cached {
					repeats = append(repeats, o.answered)
				} else {
					paid = append(paid, o.answered)
				}
			}
			return paid, repeats, b
		},
		"lines of a job": func(t *testing.T, _ *fakePeers, b *bench) (paid, repeats []answered, by *bench) {
			return []answered{b.one(t, line(t))}, []answered{b.one(t, line(t)), b.one(t, p0(t))}, b
		},
		"by a replica, or after a restart": func(t *testing.T, peers *fakePeers, b *bench) (paid, repeats []answered, by *bench) {
			other := withPeers(t, peers, good)
			return []answered{b.one(t, p0(t))}, []answered{other.one(t, p0(t)), other.one(t, p0(t))}, other
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peers := newFakePeers()
				b := withPeers(t, peers, after(time.Second, good))
				paid, repeats, by := way(t, peers, b)
				if len(paid) != 1 || paid[0].Answer.Usage.WordsFrom != nil || len(b.record(t, paid[0].ID).Attempts) != 1 {
					t.Fatalf("paid for: %+v", paid)
				}
				for _, a := range repeats {
					from, rec := a.Answer.Usage.WordsFrom, by.record(t, a.ID)
					if from == nil || *from != paid[0].ID || rec.About != paid[0].ID || len(rec.Attempts) != 0 {
						t.Errorf("words from %v, record about %q with %d calls, want %s", from, rec.About, len(rec.Attempts), paid[0].ID)
					}
				}
			})
		})
	}
}

// record is one of those that were kept.
func (b *bench) record(t *testing.T, id string) recommend.Record {
	t.Helper()
	all := b.journal.kept()
	i := slices.IndexFunc(all, func(r recommend.Record) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("no record %s", id)
	}
	return all[i]
}

// TestWordsOfAnOlderVersion have no name, and are not given the name of a record
// that nothing was paid for.
func TestWordsOfAnOlderVersion(t *testing.T) {
	peers := newFakePeers()
	paid := withPeers(t, peers, good).one(t, p0(t))
	for key, text := range peers.words {
		peers.words[key] = bytes.Replace(text, []byte(`"f":"`+paid.ID+`",`), nil, 1)
	}
	b := withPeers(t, peers, good)
	for range 2 {
		a := b.one(t, p0(t))
		if !a.Answer.Usage.Cached || a.Answer.Usage.WordsFrom != nil || b.record(t, a.ID).About != "" {
			t.Errorf("usage %+v", a.Answer.Usage)
		}
	}
}

// TestWordsWithoutARecordAreNotShared: what repeats them could name nothing.
func TestWordsWithoutARecordAreNotShared(t *testing.T) {
	peers := newFakePeers()
	failing := newBench(t, []turn{good}, func(b *bench, c *recommend.Config) {
		c.Peers = peers
		b.journal.fault = func(int) fault { return notApplied }
	})
	if _, err := failing.answer(t.Context(), p0(t)); !errors.Is(err, recommend.ErrJournal) {
		t.Fatal(err)
	}
	if len(peers.words) != 0 || len(peers.leading) != 0 {
		t.Errorf("%d words are shared, %d led", len(peers.words), len(peers.leading))
	}
}
