-- What the cores were at.
select state, count(*) as cores from core where error is null group by state order by cores desc, state;
