package doctor

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// holder finds the program that listens at an address, where this account may
// look into it: root sees all, others see their own.
func (p Place) holder(_ context.Context, host string, port int) (name string, pid int) {
	wanted, err := netip.ParseAddr(host)
	if err != nil {
		return "", 0
	}
	sockets := map[string]bool{}
	for _, table := range []string{"proc/net/tcp", "proc/net/tcp6"} {
		p.listening(table, wanted, port, sockets)
	}
	if len(sockets) == 0 {
		return "", 0
	}
	files, _ := filepath.Glob(p.at("proc/[0-9]*/fd/*")) // the pattern is ours
	for _, file := range files {
		socket, err := os.Readlink(file)
		if err != nil || !sockets[socket] {
			continue
		}
		folder := filepath.Dir(filepath.Dir(file))
		// A child may hold what its parent opened: the lowest number is the parent.
		if id, err := strconv.Atoi(filepath.Base(folder)); err == nil && (pid == 0 || id < pid) {
			name, pid = running(folder), id
		}
	}
	return name, pid
}

// listening adds the sockets that listen at an address, or at all.
func (p Place) listening(table string, wanted netip.Addr, port int, sockets map[string]bool) {
	const listen = "0A"
	file, err := os.Open(p.at(table))
	if err != nil {
		return
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != listen {
			continue
		}
		at, err := endpoint(fields[1])
		if err != nil || int(at.Port()) != port {
			continue
		}
		if ip := at.Addr().Unmap(); ip == wanted || ip.IsUnspecified() && (ip.Is6() || wanted.Is4()) {
			sockets[fmt.Sprintf("socket:[%s]", fields[9])] = true
		}
	}
}

// endpoint reads an address as the kernel writes it: words of four bytes, each
// backwards, in hexadecimal.
func endpoint(s string) (netip.AddrPort, error) {
	address, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	for word := raw; len(word) >= 4; word = word[4:] {
		binary.NativeEndian.PutUint32(word, binary.BigEndian.Uint32(word))
	}
	ip, ok := netip.AddrFromSlice(raw)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("%q is no address", s)
	}
	n, err := strconv.ParseUint(port, 16, 16)
	return netip.AddrPortFrom(ip, uint16(n)), err
}

// running says what a process is called, without the way to it and without what
// it was started with.
func running(folder string) string {
	if file, err := os.Readlink(filepath.Join(folder, "exe")); err == nil {
		return filepath.Base(strings.TrimSuffix(file, " (deleted)"))
	}
	comm, err := os.ReadFile(filepath.Join(folder, "comm"))
	if err != nil {
		return "a program without a name"
	}
	return strings.TrimSpace(string(comm))
}
