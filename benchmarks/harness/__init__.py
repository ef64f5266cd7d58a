"""What benchmarks/run.py is made of: a module for each thing that is measured, and for what becomes of it."""
