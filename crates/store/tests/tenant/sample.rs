//! The made-up company.

use std::time::Instant;

use halyard_store::evaluations::EvaluationFilter;
use halyard_store::memberships::Memberships;
use halyard_store::{StoreError, sample_data};

use crate::support::{V18, WITHIN, streamed, tenant};

#[tokio::test]
async fn sample_company_loads_in_seconds_and_shows_what_the_product_can_do() {
    let tenant = tenant(V18).await;
    let started = Instant::now();
    let mut last = 0.0;
    sample_data::load(&tenant.store, |step| {
        assert!(step.fraction >= last, "progress never goes back");
        last = step.fraction;
    })
    .await
    .unwrap();
    eprintln!("sample data loaded in {:?}", started.elapsed());
    assert_eq!(last, 1.0);
    assert_eq!(tenant.number("select count(*) from public.customers").await, 50_000);
    assert_eq!(tenant.number("select count(*) from public.events").await, 500_000);

    let names = "select count(*) from (select company from public.customers where company is not null group by 1 \
                 having count(distinct (company_size, split_part(email, '@', 2))) > 1) c";
    assert_eq!(tenant.number(names).await, 0, "a company has one size and one domain");
    let enterprise = tenant.number("select count(*) from public.customers where plan = 'enterprise'").await;
    assert!((3_000..12_000).contains(&enterprise), "{enterprise} of 50,000 are enterprise");

    let flags = tenant.store.flags_list(false).await.unwrap().flags;
    assert!(
        flags.len() >= 12 && flags.iter().any(|flag| !flag.is_active),
        "a dozen flags, one of them killed"
    );
    for audience in tenant.store.audiences_list().await.unwrap() {
        let source = tenant.store.resolved_source().await.unwrap().unwrap();
        let count = tenant.store.audience_count(&source, &audience.condition, WITHIN).await.unwrap();
        assert!(
            count.customers > 20 && count.customers < 30_000,
            "{}: {} customers",
            audience.name,
            count.customers
        );
    }
    let page = tenant.store.evaluations_list(&EvaluationFilter::default(), None, 100).await.unwrap();
    assert!(page.evaluations.len() >= 100 && page.next_cursor.is_some());
    assert!(page.evaluations.iter().all(|row| !row.flag_key.is_empty()));

    let audiences = tenant.store.audiences_list().await.unwrap();
    let conditions: Vec<_> = audiences.iter().map(|audience| (audience.id, &audience.condition)).collect();
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let prepared = Memberships::prepare(&source, &conditions);
    for _ in 0..3 {
        let started = Instant::now();
        let rows = streamed(&tenant.store, &prepared).await.len();
        eprintln!("{} audiences over {rows} customers in {:?}", conditions.len(), started.elapsed());
        assert_eq!(rows, 50_000);
    }

    let again = sample_data::load(&tenant.store, |_| {}).await;
    assert!(matches!(again, Err(StoreError::Invalid(_))), "it never touches tables that are there");
}
