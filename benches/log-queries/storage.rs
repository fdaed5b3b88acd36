//! What the log takes on disk.

use crate::made::Log;

pub(crate) async fn measure(log: &Log) {
    let mut connection = log.connect().await;
    let (calls, evaluations): (i64, i64) = sqlx::query_as(
        "select (select count(*) from halyard.evaluations),
             (select sum(evaluations) from halyard.evaluation_counts)::int8",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let tables: Vec<(String, i64, i64)> = sqlx::query_as(
        "select case when i.inhparent is null then c.relname else p.relname end::text,
             sum(pg_table_size(c.oid))::int8, sum(pg_indexes_size(c.oid))::int8
         from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
         where c.relnamespace = 'halyard'::regnamespace and c.relkind = 'r'
         group by 1 having sum(pg_total_relation_size(c.oid)) > 1000000 order by 2 desc",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    println!("\n{calls} calls with {evaluations} evaluations");
    println!("\n| on disk | table | indexes | bytes a call |\n|---|---:|---:|---:|");
    for (name, table, indexes) in tables {
        let a_call = (table + indexes) as f64 / calls as f64;
        println!("| {name} | {} MB | {} MB | {a_call:.1} |", table >> 20, indexes >> 20);
    }
}
