"""Texts that nothing knows, and what each may mean: a queue for a person to decide."""
