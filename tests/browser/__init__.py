"""A package, so that its one desk ends with its last test."""
