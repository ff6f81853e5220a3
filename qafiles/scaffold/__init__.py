"""A new data root: the example that `init` writes, and the files beside it for editors, hooks and CI."""
