// Package reader turns what happens on the card readers of one computer
// into events.
package reader
