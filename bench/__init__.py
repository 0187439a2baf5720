"""Benchmarks: how fast the floor is, as ratios within one run. ``make bench`` prints them.

Nothing here judges a time: the run fails only when something breaks (a row lost, a socket closed,
a number of queries that grows). docs/benchmarks.md says how to read the table.
"""
