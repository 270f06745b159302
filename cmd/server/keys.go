package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

const keysUsage = "server keys new | hash | pepper\n" +
	"  new     a new API key, with what to configure for it; needs BALLAST_KEY_PEPPER\n" +
	"  hash    the same for the key on standard input\n" +
	"  pepper  a new secret for BALLAST_KEY_PEPPER"

// runKeys makes a key, or hashes one from standard input, under the pepper in
// the environment. It prints the lines that go into the configuration.
func runKeys(_ context.Context, args []string, env environment) error {
	what, err := subcommand("keys", args, env, keysUsage)
	if err != nil {
		return err
	}
	if err := parse(newFlags(env, keysUsage), args[1:], 0); err != nil {
		return err
	}
	if what == "pepper" {
		b := make([]byte, 32)
		_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
		_, err = fmt.Fprintln(env.stdout, base64.StdEncoding.EncodeToString(b))
		return err
	}
	pepper, err := keyPepper(env)
	if err != nil {
		return err
	}
	if what == "new" {
		key, err := apikey.Generate(rand.Reader)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "key %s\n", key)
		return printStored(pepper, key, env)
	}
	in := bufio.NewScanner(env.stdin)
	if !in.Scan() {
		return usagef("no key on standard input")
	}
	return printStored(pepper, in.Text(), env)
}

func keyPepper(env environment) ([]byte, error) {
	pepper, err := decodePepper(env.getenv(envPrefix + "KEY_PEPPER"))
	if err != nil {
		return nil, usagef("%sKEY_PEPPER: want 32 bytes or more in base64 (server keys pepper makes one)", envPrefix)
	}
	return pepper, nil
}

func printStored(pepper []byte, key string, env environment) error {
	stored, err := apikey.Hash(pepper, key)
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprintf(env.stdout, "prefix: %s\nhash: %s\n", stored.Prefix, stored.Hash)
	return err
}
