package service

import (
	"runtime"

	kardianos "github.com/kardianos/service"
)

// config describes the service to each system. OnFailure is set here because
// the library's documentation calls restarting the default and its code does
// not.
func config(arguments []string) *kardianos.Config {
	c := &kardianos.Config{
		Name:        Name,
		DisplayName: "OpenBalie Bridge",
		Description: "Tells the OpenBalie web app which pass lies on this computer's card reader.",
		Arguments:   append([]string{"run"}, arguments...),
		Option: kardianos.KeyValue{
			"OnFailure":              "restart",
			"OnFailureDelayDuration": "5s",
			"OnFailureResetPeriod":   86400,
			// Automatic, not delayed: a counter that opens at nine must not
			// wait two minutes for its reader. No dependency on the smart
			// card service either: Windows stops that with the last reader.
			"StartType":        "automatic",
			"DelayedAutoStart": false,
			"SystemdScript":    unit,
			"RunAtLoad":        true, // launchd
			"LogOutput":        runtime.GOOS == "darwin",
		},
	}
	if runtime.GOOS == "windows" {
		c.UserName = `NT AUTHORITY\LocalService`
	}
	return c
}

// unit is the systemd unit. It runs as root without a single capability and
// with nothing to write but its state folder: root, because pcscd lets in root
// and whoever sits at the screen, and nobody else without a polkit rule. It
// leaves no core file, which might hold what stood on an identity card.
const unit = `[Unit]
Description={{Description}}
ConditionFileIsExecutable={{Path | cmdEscape}}
StartLimitIntervalSec=0

[Service]
ExecStart={{Path | cmdEscape}}{{range Arguments}} {{. | cmd}}{{end}}
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
TimeoutStopSec=10
StateDirectory=openbalie-bridge
StateDirectoryMode=0700
UMask=0077
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
IPAddressDeny=any
IPAddressAllow=localhost
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
LimitCORE=0
MemoryMax=128M
TasksMax=64

[Install]
WantedBy=multi-user.target
`
