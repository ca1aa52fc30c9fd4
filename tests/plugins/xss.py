"""The table of hostile texts and of the places they are planted at: docs/security.md is made from it."""

from __future__ import annotations

# Every text holds the word that tells it apart from the page's own markup.
MARK = "zqx"
# What acts at the beginning of a value alone.
ADDRESSES = {
    "javascript address": f"javascript:{MARK}(9)",
    "javascript address, tab and case": f"JaVa\tScript:{MARK}(10)",
    "data address": f"data:text/html,<script>{MARK}(11)</script>",
    "vbscript address": f"vbscript:{MARK}(12)",
}
TEXTS = ADDRESSES | {
    "script": f"<script>{MARK}(1)</script>",
    "script, closing first": f"</script><script>{MARK}(2)</script>",
    "script, mixed case": f"<ScRiPt/x>{MARK}(3)</sCrIpT>",
    "image with handler": f"<img src=x onerror={MARK}(4)>",
    "vector image": f"<svg/onload={MARK}(5)>",
    "frame": f"<iframe srcdoc='{MARK}'></iframe>",
    "form": f"<form action=//{MARK}.example><button>x</button></form>",
    "meta refresh": f"<meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    "base": f"<base href=//{MARK}.example/>",
    "style": f"<style>@import '//{MARK}.example'</style>",
    "comment": f"<!--{MARK}--><b>",
    "closing tags": f"</td></table></main>{MARK}",
    "out of a double-quoted attribute": f'" autofocus onfocus={MARK}(6) x="',
    "out of a single-quoted attribute": f"' onmouseover={MARK}(7) x='",
    "out of an unquoted attribute": f" onclick={MARK}(8) ",
    "Jinja": "{{ 7 * 7 }}" + MARK + "{% raw %}",
    "Jinja, attributes": "{{ ''.__class__.__mro__ }}" + MARK,
    "JavaScript template": "${7 * 7}" + MARK,
    "percent format": "%(x)s%s%n" + MARK,
    "brace format": "{0.__class__}{x}" + MARK,
    "entity": f"&lt;script&gt;{MARK}(13)&lt;/script&gt;",
    "entity, doubled": f"&amp;lt;img src=x onerror={MARK}(14)&amp;gt;",
    "numeric entity": f"&#60;script&#62;{MARK}(15)",
    "right-to-left override": f"\u202e<script>{MARK}(16)",
    "zero-width": f"<\u200bscript>{MARK}(17)",
    "full-width brackets": f"\uff1cscript\uff1e{MARK}(18)",
    "long s": f"<\u017fcript>{MARK}(19)</\u017fcript>",
    "line separator": f"\u2028{MARK}\u2029</script>",
    "combining": f"<\u0338img src=x onerror={MARK}(20)>",
    "spreadsheet formula": f"=HYPERLINK(\"//{MARK}.example\",\"x\")",
    "spreadsheet command": f"=cmd|'/C calc'!A0{MARK}",
    "markdown link": f"[x](javascript:{MARK}(21))",
    "markdown image": f"![x](x\" onerror=\"{MARK}(22))",
    "JSON": f"\"}},\"x\":\"</script><script>{MARK}(23)",
    "chart option": f"'}}]}}'><img src=x onerror={MARK}(24)>",
}  # fmt: skip


def rounds() -> list[str]:
    """All texts in as many as there are addresses, each behind one: pages are walked four times, not forty."""
    others = [text for name, text in TEXTS.items() if name not in ADDRESSES]
    return [" ".join([first, *others[n :: len(ADDRESSES)]]) for n, first in enumerate(ADDRESSES.values())]


# Place: the statement that plants a text there (one parameter).
PLACES = {
    "article title": "update news.articles set title = %s",
    "byline": "update news.articles set byline = %s",
    "publisher": "update news.articles set publisher = %s",
    "article address": "update news.articles set url = %s",
    "article body": "update news.article_texts set text = %s || text",
    "story title": "update news.stories set title = %s",
    "entry headline": "update news.entries set title = %s",
    "entry address": "update news.entries set url = %s",
    "feed name": "update news.feeds set title = %s, state = 'failing', failures = 3",
    "feed publisher": "update news.feeds set publisher = %s",
    "feed group": "update news.feeds set feed_group = %s",
    "feed address": "update news.feeds set url = %s || id",
    "feed's new address": "update news.feeds set moved_url = %s, moved_polls = 1",
    "reason of a failure": "update news.feeds set reason = %s, state = 'failing', failures = 3",
    "detail of a failure": "insert into news.fetches (kind, item_id, url, fetched_at, status, reason, detail)"
    " select 'feed', id, url, now(), 500, 'http_status', %s from news.feeds limit 1",
    "note of an operator": "insert into news.feed_actions (feed_id, action, acted_by, note, acted_at)"
    " select id, 'pause', 'somebody', %s, now() from news.feeds",
    "evidence": "update sanctions.event_mentions set evidence ="
    " jsonb_build_array(jsonb_build_object('text', %s::text, 'start', 0, 'end', 5))",
    "party name": "update sanctions.event_mentions set targets ="
    " jsonb_build_array(jsonb_build_object('name', %s::text, 'kind', 'organisation', 'code', null, 'role', null))",
    "instrument": "update sanctions.event_mentions set instrument = %s",
    "measure's object": "update sanctions.event_mentions set measures = jsonb_build_array(jsonb_build_object("
    "'type', 'asset_freeze', 'objects', jsonb_build_array(%s::text), 'flow', null))",
    "note of a reviewer": "update sanctions.decisions set note = %s",
    "label of a change": "update news.rebuild_changes set label = %s",
    "file of a rebuild": "insert into news.rebuild_sources (rebuild_id, source, name, updated_at)"
    " select id, 'csv', %s, now() from news.rebuilds",
    "trouble of a rebuild": "update news.rebuild_sources set detail = %s, reason = 'http_status'",
    "content type": "update news.pages set content_type = %s",
    "archive file": "update news.pages set warc_file = %s",
}
# Shown as the target of a link or not at all: no text of the table may be one.
ONLY_A_LINK = {"entry address"}
