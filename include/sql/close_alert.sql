update news.alerts
set closed_at = %(now)s
where closed_at is null and kind = %(kind)s and subject = %(subject)s;
