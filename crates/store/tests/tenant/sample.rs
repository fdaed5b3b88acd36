//! The made-up company.

use std::time::Instant;

use halyard_store::sample_data;

use crate::support::{V18, tenant};

#[tokio::test]
async fn sample_company_loads_in_seconds_and_shows_what_the_product_can_do() {
    let tenant = tenant(V18).await;
    let started = Instant::now();
    let mut last = 0.0;
    sample_data::load(&tenant.store, |step| {
        assert!(step.fraction >= last, "progress never goes back");
        if step.fraction - last > 0.0 { eprintln!("{:?} {} {}", started.elapsed(), step.label, step.fraction); }
        last = step.fraction;
    })
    .await
    .unwrap();
    eprintln!("sample data loaded in {:?}", started.elapsed());
    assert_eq!(last, 1.0);
    assert_eq!(tenant.number("select count(*) from public.customers").await, 50_000);
    assert_eq!(tenant.number("select count(*) from public.events").await, 500_000);
}
