"""Where Airflow keeps its files in these tests; read when the archive first imports it."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="desk-airflow-"))
