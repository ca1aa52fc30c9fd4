-- Gives up a statement of this transaction that takes longer than a person waits.
select set_config('statement_timeout', '5s', true);
