//go:build !linux

package main

import (
	"errors"
	"time"
)

var errNotLinux = errors.New("what a process uses is measured on Linux alone")

func (p *process) cpu() (time.Duration, error) { return 0, errNotLinux }
func (p *process) peak() (int64, error)        { return 0, errNotLinux }
