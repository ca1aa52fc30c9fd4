# The desk's image: Airflow and the pipeline in one environment, from the pinned and hashed requirements.
FROM python:3.13-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl dumb-init libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 50000 airflow \
    && install --directory --owner airflow /opt/airflow/logs /opt/airflow/people /opt/desk /var/lib/desk/archive

COPY requirements.txt /opt/desk/
RUN pip install --no-cache-dir --no-deps --require-hashes -r /opt/desk/requirements.txt

COPY --chown=airflow dags /opt/desk/dags
COPY --chown=airflow plugins /opt/desk/plugins
COPY --chown=airflow include /opt/desk/include

ENV AIRFLOW_HOME=/opt/airflow PYTHONPATH=/opt/desk PYTHONUNBUFFERED=1
WORKDIR /opt/desk
USER airflow
ENTRYPOINT ["dumb-init", "--"]
CMD ["airflow", "api-server"]
