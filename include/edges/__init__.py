"""The impure verbs: web, archive, warehouse, model."""
