"""One function per task: read, call the stage, write in one transaction, return the tally."""
