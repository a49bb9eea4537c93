"""The command line: parse, call one use case, tell its outcome, exit code."""
