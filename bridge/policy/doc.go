// Package policy knows the settings of one counter PC and where they come
// from.
//
// Later places win over earlier ones: the defaults, the settings file, the
// environment (OPENBALIE_BRIDGE_…), the flags; and the machine policy has the
// last word, because it belongs to whoever manages the computer. What is
// wrong is refused with the name of the setting and of the place; nothing is
// guessed, since a wrong web address here opens the card readers to it.
//
// The package also keeps the identity of this bridge in its state folder. It
// starts no goroutine and reads nothing after the start: a changed setting
// needs a restart.
package policy
