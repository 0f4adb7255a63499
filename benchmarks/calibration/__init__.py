"""How often the estimator's own 95% intervals hold a known truth (`make calibrate`).

    python -m benchmarks.calibration --keep          every cell, and docs/calibration.md
    make calibrate SAMPLES=300                       a quick look, shown and not kept

Samples of schools are drawn from a known population and put to the macros of
dbt_project/macros/estimator. `benchmarks.truth` asks the same of whole districts.
"""
