package bind

// Under checks a part of a body: what check finds is told under a pointer.
func (f *Fields) Under(pointer string, check func(part *Fields)) {
	var part Fields
	check(&part)
	for _, e := range part.errors {
		e.Pointer = pointer + e.Pointer
		f.errors = append(f.errors, e)
	}
}
