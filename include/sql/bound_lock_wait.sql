-- How long a statement of this session waits for what others hold, unless the address, role or database says so.
select set_config('lock_timeout', %(wait)s, false)
where current_setting('lock_timeout') = '0';
