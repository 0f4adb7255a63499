"""What it costs, as ratios measured in one run on one machine (`make bench`).

    python -m benchmarks                 every figure, at 3,000,000 responses
    make bench SIZE=100000 SCALE=0.1 ROUNDS=1

A figure compares commands, each a process of its own, run in turn and in rounds: what the machine
does besides weighs on all of them. This package imports nothing heavy where it measures, since
Linux counts a child's peak memory from the size of the process that started it.
"""
