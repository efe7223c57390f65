"""How one run stands: what is found of it, and the sentences that follow."""
