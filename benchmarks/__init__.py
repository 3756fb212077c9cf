"""Measurements, one module a package; each prints JSON and keeps its last result in benchmarks/results."""
