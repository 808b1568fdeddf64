"""The pages about papers as records: adding, naming, citing, correcting, merging."""
