package policy

import "log/slog"

// Defaults are the settings where nobody says otherwise. No web address is
// allowed: a bridge that was not told whom to serve serves nobody.
func Defaults(port int) Settings {
	return Settings{
		Port:      port,
		MaxScope:  CardUID,
		LogLevel:  slog.LevelInfo,
		LogFormat: Text,
		StateDir:  defaultStateDir(),
	}
}
