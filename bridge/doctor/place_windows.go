package doctor

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// Root is where the files of this system begin. Nothing is read there: Windows
// keeps what we look for in its registry.
const Root = ""

// system says what computer this is.
func (p Place) system(context.Context) System {
	const remoteSession = 0x1000 // SM_REMOTESESSION
	remote, _, _ := windows.NewLazySystemDLL("user32.dll").NewProc("GetSystemMetrics").Call(remoteSession)
	v := windows.RtlGetVersion()
	s := System{
		Name: "Windows", Kernel: fmt.Sprintf("%d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber),
		Admin: windows.GetCurrentProcessToken().IsElevated(), Remote: remote != 0,
	}
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SOFTWARE\Microsoft\Windows NT\CurrentVersion`, registry.QUERY_VALUE)
	if err != nil {
		return s
	}
	defer key.Close()
	if name, _, err := key.GetStringValue("ProductName"); err == nil {
		s.Name = name
	}
	// Windows 11 still calls itself 10 there.
	if v.BuildNumber >= 22000 {
		s.Name = strings.Replace(s.Name, "Windows 10", "Windows 11", 1)
	}
	if release, _, err := key.GetStringValue("DisplayVersion"); err == nil {
		s.Name += " " + release
	}
	return s
}

// cardService looks at the service «Smart Card».
func (p Place) cardService(_ context.Context, answer Answer) CardService {
	const disabled = 4 // SERVICE_DISABLED
	c := CardService{Answer: answer, Version: "Smart Card (SCardSvr)"}
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Services\SCardSvr`, registry.QUERY_VALUE)
	if err != nil {
		return c
	}
	defer key.Close()
	c.Installed = true
	if start, _, err := key.GetIntegerValue("Start"); err == nil {
		c.Disabled = start == disabled
	}
	c.Process = runs("SCardSvr")
	return c
}

// runs asks the service manager whether a service runs, which it tells anybody.
func runs(service string) bool {
	name, err := windows.UTF16PtrFromString(service)
	if err != nil {
		return false
	}
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseServiceHandle(manager) }()
	handle, err := windows.OpenService(manager, name, windows.SERVICE_QUERY_STATUS)
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseServiceHandle(handle) }()
	var status windows.SERVICE_STATUS
	return windows.QueryServiceStatus(handle, &status) == nil && status.CurrentState == windows.SERVICE_RUNNING
}

// readerClass is what Windows files the drivers of card readers under.
const readerClass = `SYSTEM\CurrentControlSet\Control\Class\{50DD5230-BA8A-11D1-BF5D-0000F805F530}`

// drivers returns the drivers of card readers that are installed, whether their
// reader is plugged in or not. Windows names readers as their drivers please,
// so a driver knows its readers by its own description only.
func (p Place) drivers(context.Context) ([]Driver, []Device) {
	class, err := registry.OpenKey(registry.LOCAL_MACHINE, readerClass, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil, nil
	}
	defer class.Close()
	names, err := class.ReadSubKeyNames(-1)
	if err != nil {
		return nil, nil
	}
	var all []Driver
	for _, name := range names {
		key, err := registry.OpenKey(registry.LOCAL_MACHINE, readerClass+`\`+name, registry.QUERY_VALUE)
		if err != nil {
			continue // one is closed to all but the system
		}
		text := func(value string) string {
			s, _, _ := key.GetStringValue(value) // empty where it is missing
			return s
		}
		d := Driver{Name: text("DriverDesc"), Version: text("DriverVersion")}
		if maker := text("ProviderName"); maker != "" {
			d.Version += " of " + maker
		}
		_ = key.Close()
		if d.Name != "" && !slices.ContainsFunc(all, d.same) {
			d.names = []string{d.Name}
			all = append(all, d)
		}
	}
	return all, nil
}

// browsers looks at the browsers that counters have.
func (p Place) browsers(context.Context) []Browser {
	var all []Browser
	for _, kind := range []struct{ name, program, key string }{
		{"Chrome", "chrome.exe", `Software\Policies\Google\Chrome`},
		{"Chromium", "chromium.exe", `Software\Policies\Chromium`},
		{"Edge", "msedge.exe", `Software\Policies\Microsoft\Edge`},
		{"Brave", "brave.exe", `Software\Policies\BraveSoftware\Brave`},
	} {
		b := Browser{Name: kind.name, Installed: installed(kind.program)}
		for _, name := range policies() {
			b.registered(kind.key+`\`+name, name)
		}
		all = append(all, b)
	}
	const key = `Software\Policies\Mozilla\Firefox\LocalNetworkAccess`
	b := Browser{Name: firefox, Installed: installed("firefox.exe")}
	b.registered(key+`\SkipDomains`, firefoxSkips)
	for _, h := range hives {
		k, err := registry.OpenKey(h.key, key, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		enabled, _, err := k.GetIntegerValue("Enabled")
		_ = k.Close()
		if err == nil {
			b.take(h.name+`\`+key, map[string]any{firefoxEnabled: enabled != 0}, firefoxEnabled)
			break
		}
	}
	return append(all, b)
}

// hive is a part of the registry.
type hive struct {
	key  registry.Key
	name string
}

// hives are where policies stand. What stands for the computer wins over what
// stands for the person who signed in.
var hives = []hive{{registry.LOCAL_MACHINE, "HKLM"}, {registry.CURRENT_USER, "HKCU"}}

// registered takes a policy that is a list: values with numbers for names.
func (b *Browser) registered(path, name string) {
	for _, h := range hives {
		key, err := registry.OpenKey(h.key, path, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		var list []any
		names, _ := key.ReadValueNames(-1) // none where it cannot be read
		for _, value := range names {
			if s, _, err := key.GetStringValue(value); err == nil {
				list = append(list, s)
			}
		}
		_ = key.Close()
		if len(list) > 0 {
			b.take(h.name+`\`+path, map[string]any{name: list}, name)
			return
		}
	}
}

// installed asks where Windows notes the way to programs.
func installed(program string) bool {
	for _, h := range hives {
		key, err := registry.OpenKey(h.key, `SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\`+program, registry.QUERY_VALUE)
		if err == nil {
			_ = key.Close()
			return true
		}
	}
	return false
}

// The list of those who listen, from the library that netstat asks.
var getTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")

// row4 is MIB_TCPROW_OWNER_PID, row6 its namesake for IPv6. Ports stand in
// network order in the lower half.
type (
	row4 struct {
		_       uint32 // state
		address [4]byte
		port    uint32
		_, _    uint32 // the other end
		pid     uint32
	}
	row6 struct {
		address [16]byte
		_, port uint32   // scope
		_       [16]byte // the other end
		_, _, _ uint32   // its scope and port, and the state
		pid     uint32
	}
)

// holder finds the program that listens at an address.
func (p Place) holder(_ context.Context, host string, port int) (name string, pid int) {
	wanted, err := netip.ParseAddr(host)
	if err != nil {
		return "", 0
	}
	is := func(ip netip.Addr, at uint32) bool {
		return int(at&0xFF<<8|at>>8&0xFF) == port && (ip == wanted || ip.IsUnspecified())
	}
	for _, r := range table[row4](windows.AF_INET) {
		if wanted.Is4() && is(netip.AddrFrom4(r.address), r.port) {
			return running(r.pid), int(r.pid)
		}
	}
	for _, r := range table[row6](windows.AF_INET6) {
		if is(netip.AddrFrom16(r.address), r.port) {
			return running(r.pid), int(r.pid)
		}
	}
	return "", 0
}

// table reads the rows of those who listen.
func table[row any](family uint32) []row {
	const listeners = 3 // TCP_TABLE_OWNER_PID_LISTENER
	var size uint32
	for range 3 { // the table may grow between two calls
		buffer := make([]uint32, size/4+1)
		code, _, _ := getTCPTable.Call(uintptr(unsafe.Pointer(&buffer[0])), uintptr(unsafe.Pointer(&size)), 0, uintptr(family), listeners, 0)
		switch windows.Errno(code) {
		case windows.ERROR_SUCCESS:
			count := int(buffer[0])
			if count == 0 || (1+count*int(unsafe.Sizeof(*new(row))/4)) > len(buffer) {
				return nil
			}
			return slices.Clone(unsafe.Slice((*row)(unsafe.Pointer(&buffer[1])), count))
		case windows.ERROR_INSUFFICIENT_BUFFER:
		default:
			return nil
		}
	}
	return nil
}

// running says what a process is called, without the way to it.
func running(pid uint32) string {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, pid)
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(process) }()
	file := make([]uint16, windows.MAX_LONG_PATH)
	size := uint32(len(file))
	if err := windows.QueryFullProcessImageName(process, 0, &file[0], &size); err != nil {
		return ""
	}
	return filepath.Base(windows.UTF16ToString(file[:size]))
}

// Arguments returns what the installed service starts the bridge with, and
// nothing where none is installed.
func Arguments() []string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Services\`+program, registry.QUERY_VALUE)
	if err != nil {
		return nil
	}
	defer key.Close()
	command, _, err := key.GetStringValue("ImagePath")
	if err != nil {
		return nil
	}
	all, err := windows.DecomposeCommandLine(command)
	if err != nil || len(all) == 0 {
		return nil
	}
	return all[1:]
}
