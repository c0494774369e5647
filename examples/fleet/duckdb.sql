-- The tables and functions that the queries ask for, in DuckDB, over the lines that `record` has written:
--     duckdb -init duckdb.sql FLEET.duckdb <queries/verdicts.sql          where fleet.jsonl is; fleet-*.jsonl also works
-- SQLite's functions of dates are macros here. Of a core that comes twice the line recorded last counts.
create or replace view line as
select * from read_json('fleet*.jsonl', format = 'newline_delimited', columns = {
    host: 'varchar', core: 'varchar', recorded: 'bigint', written: 'bigint', status: 'integer', error: 'varchar',
    pid: 'bigint', machine: 'varchar', executable: 'varchar', version: 'varchar', state: 'varchar',
    signature: 'varchar', sentence: 'varchar', next: 'varchar', rule: 'varchar', actor: 'varchar',
    runstate: 'varchar', machine_type: 'varchar', seconds: 'double',
    known: 'struct(issue varchar, title varchar, fixed_in varchar, workaround varchar)[]',
    peers: 'struct(kind varchar, owner varchar, address varchar)[]'})
qualify row_number() over (partition by host, core order by recorded desc) = 1;
create or replace view core as select * exclude (known, peers) from line;
create or replace view known as select host, core, unnest(known, recursive := true) from line;
create or replace view peer as select host, core, unnest(peers, recursive := true) from line;
create or replace macro datetime(seconds, unit) as make_timestamp(seconds * 1000000);
create or replace macro strftime(format, moment, shift) as epoch(now()) + 86400 * cast(split_part(shift, ' ', 1) as integer);
