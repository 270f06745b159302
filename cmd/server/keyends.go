package main

import (
	"fmt"
	"time"
)

// keyEndsSoon is how long before its end a key is worth a word: the client has
// to get the next one and to put it in. The alert says the same.
const keyEndsSoon = 14 * 24 * time.Hour

// keyEnds are when the last key of each client ends. A client that has none, or
// one for ever, is left out.
func (c *fileConfig) keyEnds() map[string]time.Time {
	ends := map[string]time.Time{}
	for _, cl := range c.Clients {
		var last time.Time
		for _, k := range cl.Keys {
			if k.Expires.IsZero() {
				last = time.Time{}
				break
			}
			if k.Expires.After(last) {
				last = k.Expires
			}
		}
		if !last.IsZero() {
			ends[cl.Name] = last
		}
	}
	return ends
}

// keyWarnings name the keys that are of no use any more, and those that soon
// will be while their client has no other.
func (c *fileConfig) keyWarnings(now time.Time) []string {
	var out []string
	ends := c.keyEnds()
	for _, cl := range c.Clients {
		last, end := ends[cl.Name]
		for _, k := range cl.Keys {
			if k.Expires.IsZero() {
				continue
			}
			said := fmt.Sprintf("clients: %q: key %q: ", cl.Name, k.Prefix)
			switch at := k.Expires.UTC().Format(time.RFC3339); {
			case !now.Before(k.Expires):
				out = append(out, said+"expired at "+at+" and is refused")
			case end && !k.Expires.Before(last) && k.Expires.Sub(now) < keyEndsSoon:
				out = append(out, said+"expires at "+at+", and the client has no other")
			}
		}
	}
	return out
}
