"""Commands of `uptake`, thin, in modules of their own; `cli.py` has the group that they are of."""
