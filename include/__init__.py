"""Everything of the desk that is neither a DAG nor a plugin."""
