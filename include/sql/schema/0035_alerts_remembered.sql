-- Outages that go on are told again each day, and a failed run's alert leads to the run.
alter table news.alerts add column told_at jsonb not null default '{}';
alter table news.alerts add column run_id text not null default '';
comment on column news.alerts.told_at is 'When each channel was last told of it while it was open';
comment on column news.alerts.run_id is 'The run of Airflow that failed or is late, the last one; empty when it is about no run';
