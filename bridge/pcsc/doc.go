// Package pcsc speaks with the card service of this computer.
package pcsc
