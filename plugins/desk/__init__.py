"""The desk's pages inside the Airflow UI."""
