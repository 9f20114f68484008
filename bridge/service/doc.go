// Package service makes the bridge a service of the operating system: systemd,
// the Windows service manager, launchd.
//
// The bridge itself is a function that runs until its context ends. This
// package starts it when the system says start, ends the context when it says
// stop, and ends the whole program with exit code 1 when the function returns
// without having been told to: a service manager only restarts what it sees
// end, and a dead goroutine it does not see.
//
// # Goroutines
//
// One, the function itself. Stop waits for it, five seconds at most.
package service
