"""Check that stored data keeps its invariants, and repair what can be recomputed."""
