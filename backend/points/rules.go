package points

// balanceOf splits what is left into points and debt.
func balanceOf(left int64) Balance {
	return Balance{Points: int(max(0, left)), Debt: int(max(0, -left))}
}

// BalanceOf splits what is left on an account, which may be below zero, into
// points and debt.
func BalanceOf(left int) Balance { return balanceOf(int64(left)) }
