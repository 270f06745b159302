package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// cpu is the CPU time that the process has used, in user and kernel mode, of
// all its threads, to the nanosecond: its own CPU clock, which any other
// process may read. What other processes use does not count, so the figure
// holds on a busy machine.
func (p *process) cpu() (time.Duration, error) {
	const schedClock = 2 // CPUCLOCK_SCHED of the kernel's posix-timers.h
	clock := int32(^p.cmd.Process.Pid)<<3 | schedClock
	var t syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(clock), uintptr(unsafe.Pointer(&t)), 0) //nolint:gosec // there is no wrapper of this call in the standard library
	if errno != 0 {
		return 0, fmt.Errorf("CPU clock of process %d: %w", p.cmd.Process.Pid, errno)
	}
	return time.Duration(t.Nano()), nil
}

// peak is the most memory that was resident since the process started, in
// bytes.
func (p *process) peak() (int64, error) {
	text, err := os.ReadFile(p.proc("status"))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kib, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte("kB")))), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the kernel does not tell the peak of memory")
}

func (p *process) proc(name string) string {
	return fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, name)
}
