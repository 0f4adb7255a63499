"""A figure made again from the raw rows by a second path: slow, plain, sharing no SQL with dbt.

    raw rows ──▶ schools on the last day ──▶ classrooms or respondents ──▶ values ──▶ an estimate

It reads what the build read: a difference is one of the two ways, not of the data.
"""
