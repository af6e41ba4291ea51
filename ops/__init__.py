"""Running it: command line, demo, benchmarks, test kit."""
