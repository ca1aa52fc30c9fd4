-- Notes what came of a question; an answer that comes late takes the place of none.
update sanctions.questions
set
    closed_at = %(now)s,
    closed_by = %(closed_by)s,
    outcome = %(outcome)s,
    reason = %(reason)s
where id = %(id)s and (closed_at is null or outcome = 'lapsed');
