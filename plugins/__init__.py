"""What Airflow must discover: pages, links and listeners. Thin, like a DAG."""
