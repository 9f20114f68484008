// Package protocol is the language of the bridge's WebSocket: its messages,
// its errors, its close codes and its limits.
//
// It only describes. Package gateway speaks it; the TypeScript client in
// bridge/client speaks the other side, and bridge/docs/protocol.md tells it to
// people. A test holds that page and the files in testdata to this package.
//
// Inside a version things are only added, so both sides ignore the fields and
// notifications they do not know. Nothing here starts a goroutine.
package protocol
