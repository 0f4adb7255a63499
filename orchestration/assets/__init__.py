"""Thin Dagster assets and checks, one module a stage."""
