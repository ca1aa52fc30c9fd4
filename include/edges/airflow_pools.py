"""Makes the pools that the DAGs name in Airflow's own database: `python -m include.edges.airflow_pools`.

A pool that is there stays as the operator set it.
"""

from __future__ import annotations

from include.scheduling import POOLS


def make_pools() -> tuple[str, ...]:
    """The names of the pools made now."""
    from airflow.models.pool import Pool

    missing = [pool for pool in POOLS if Pool.get_pool(pool.name) is None]
    for pool in missing:
        Pool.create_or_update_pool(pool.name, slots=pool.slots, description=pool.purpose, include_deferred=False)
    return tuple(pool.name for pool in missing)


if __name__ == "__main__":
    print(*make_pools(), sep="\n")
