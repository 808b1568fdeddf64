"""Lists of summaries for feed readers: Atom, JSON Feed and RSS."""
