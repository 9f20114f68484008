// Package pcsctest gives tests card readers without hardware: a private card
// service with emulated cards, and a scripted one for other systems.
package pcsctest
