"""`make faults`."""

import sys

from orchestration.simulation.faults.everything import main

if __name__ == "__main__":
    sys.exit(main())
