"""How often `mart_school_signals` raises a false alarm, and how often it finds a school that lags.

Local districts of ordinary schools are drawn, with at most one that truly lags, and the mart's own
compiled SQL judges them.
"""
