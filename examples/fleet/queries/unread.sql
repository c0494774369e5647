-- Cores that could not be read, and why.
select error, count(*) as cores, min(core) as example from core where error is not null
group by error order by cores desc, error;
