"""The parts of benchmarks/run.py: one module for each measurement, and for its results."""
