"""The real parts that tests stand on. A part that cannot be had fails the run with one sentence."""
