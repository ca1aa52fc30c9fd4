"""The pure verbs: records in, records out."""
