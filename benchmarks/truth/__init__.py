"""Whether the truth lies in the intervals as often as they say (`make truth`).

    python -m benchmarks.truth                 100 seeds, and docs/truth.md
    make truth SEEDS=8 SCALE=0.1                     a quick look, shown and not kept

Many districts are simulated, each goes through reading, admission and the dbt models of the
pipeline itself, and the marts' 95% intervals are held against each district's truth.json.
"""
