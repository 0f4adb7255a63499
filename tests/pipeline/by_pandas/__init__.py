"""The marts computed from the landed rows, as MEASURES defines them, without the models' help."""
