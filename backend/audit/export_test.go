package audit

// RowsSQL is what sealing reads.
const RowsSQL = rowsSQL
