"""The command line: options, one library call, a renderer, an exit code."""
