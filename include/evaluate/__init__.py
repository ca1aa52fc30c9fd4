"""How right the answers are, beside labels by the rules of docs/evaluation.md: `python -m include.evaluate --help`."""
