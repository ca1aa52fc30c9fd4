-- Closes questions that nobody answered in time, or whose run went away.
update sanctions.questions
set
    closed_at = %(now)s,
    outcome = 'lapsed'
where closed_at is null and expires_at < %(now)s;
