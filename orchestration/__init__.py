"""Uptake's Dagster code location, and the stages that it assembles."""
