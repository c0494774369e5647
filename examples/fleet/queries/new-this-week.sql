-- Signatures of hangs and crashes that nobody had before this week.
select signature, datetime(min(written), 'unixepoch') as first, count(*) as cores, max(sentence) as example
from core where state in ('stuck', 'crashed') group by signature
having min(written) >= cast(strftime('%s', 'now', '-7 days') as integer) order by first;
