-- Every file of the archive that a row leads to, once.
select pages.warc_file as file
from news.pages
union
select fetches.warc_file
from news.fetches
where fetches.warc_file is not null
union
select text_archives.file
from news.text_archives
order by file;
