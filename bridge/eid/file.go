package eid

import "fmt"

// File is a file of the card, by its identifier (C54 sections 5 and 6).
type File uint16

// The files that a read delivers.
const (
	IdentityFile      File = 0x4031
	IdentitySignature File = 0x4032
	AddressFile       File = 0x4033
	AddressSignature  File = 0x4034
	PictureFile       File = 0x4035
	Certificate       File = 0x503C // of the National Register, which signs the others
)

// folder returns the identifier of the folder that a file is in.
func (f File) folder() uint16 {
	if f == Certificate {
		return 0xDF00
	}
	return 0xDF01
}

// proof reports whether a file is only there to prove the others.
func (f File) proof() bool {
	return f == IdentitySignature || f == AddressSignature || f == Certificate
}

// String names the file for logs.
func (f File) String() string {
	switch f {
	case IdentityFile:
		return "identity"
	case IdentitySignature:
		return "identity signature"
	case AddressFile:
		return "address"
	case AddressSignature:
		return "address signature"
	case PictureFile:
		return "picture"
	case Certificate:
		return "certificate"
	default:
		return fmt.Sprintf("file %04X", uint16(f))
	}
}

// All returns every file in the order in which people wait for them.
func All() []File {
	return []File{IdentityFile, AddressFile, PictureFile, IdentitySignature, AddressSignature, Certificate}
}

// Files are the bytes of a card as they were read, which is what the back end
// verifies. The certificate ends where its DER does; the zeros that fill up its
// file are not part of it. Every other file is there to its last byte.
type Files struct {
	Identity          []byte
	IdentitySignature []byte
	Address           []byte
	AddressSignature  []byte
	Picture           []byte
	Certificate       []byte
}

// Put sets one file.
func (f *Files) Put(file File, content []byte) {
	if place := f.place(file); place != nil {
		*place = content
	}
}

// Of returns one file.
func (f *Files) Of(file File) []byte {
	if place := f.place(file); place != nil {
		return *place
	}
	return nil
}

func (f *Files) place(file File) *[]byte {
	switch file {
	case IdentityFile:
		return &f.Identity
	case IdentitySignature:
		return &f.IdentitySignature
	case AddressFile:
		return &f.Address
	case AddressSignature:
		return &f.AddressSignature
	case PictureFile:
		return &f.Picture
	case Certificate:
		return &f.Certificate
	default:
		return nil
	}
}
