-- Takes a decision back; one that was taken back before stays as it is.
update sanctions.decisions
set
    is_revoked = true,
    revoked_at = %(now)s,
    revoked_by = %(revoked_by)s
where id = %(id)s and not is_revoked;
