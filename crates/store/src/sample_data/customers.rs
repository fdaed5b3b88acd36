//! The made-up customers: who they are follows from their number alone, when things happened from
//! the time of loading.

use chrono::{DateTime, TimeDelta, Utc};

use super::dice::Dice;
use super::names::{COMPANY_FIRST, COMPANY_SECOND, COUNTRIES, Country};

pub(super) const COUNT: u32 = 50_000;

pub(super) const TABLE: &str = "
create type public.customer_plan as enum ('free', 'starter', 'team', 'enterprise');
create table public.customers (
    id text not null,
    name text not null,
    email text not null,
    plan public.customer_plan,
    country text,
    company text,
    company_size integer,
    mrr numeric(10, 2) not null,
    signed_up_at timestamptz not null,
    last_seen_at timestamptz,
    renews_on date,
    email_verified boolean not null,
    tags text[] not null,
    attributes jsonb not null
);
comment on table public.customers is 'Made-up customers to explore Halyard with';";

pub(super) const INDEXES: &str = "
alter table public.customers add primary key (id);
create unique index customers_email on public.customers (email);
create index customers_last_seen_at on public.customers (last_seen_at);";

pub(super) const COPY: &str = "copy public.customers (id, name, email, plan, country, company, company_size, mrr, \
    signed_up_at, last_seen_at, renews_on, email_verified, tags, attributes) from stdin (freeze)";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    Free,
    Starter,
    Team,
    Enterprise,
}

impl Plan {
    fn as_str(self) -> &'static str {
        match self {
            Plan::Free => "free",
            Plan::Starter => "starter",
            Plan::Team => "team",
            Plan::Enterprise => "enterprise",
        }
    }
}

struct Company {
    name: String,
    domain: String,
    industry: &'static str,
    size: u32,
    plan: Plan,
    country: &'static Country,
}

const COMPANIES: u64 = 40 * 25 * COMPANY_FORMS.len() as u64;
const COMPANY_FORMS: &[(&str, &str)] = &[
    ("", ""),
    (" Group", "-group"),
    (" GmbH", "-gmbh"),
    (" Ltd", "-ltd"),
    (" & Co", "-co"),
    (" Inc", "-inc"),
];

/// A company by its number: the first ones have the most people, and large ones buy the larger plans.
fn company(number: u64) -> Company {
    let mut dice = Dice::new(1, number);
    // A walk with a step prime to the number of companies: every name once, neighbours unalike.
    let name = (number * 2_477 + 911) % COMPANIES;
    let first = COMPANY_FIRST[(name % 40) as usize];
    let (second, industry) = COMPANY_SECOND[(name / 40 % 25) as usize];
    let (form, domain_form) = COMPANY_FORMS[(name / 1_000) as usize];
    let country = dice.weighted(COUNTRIES);
    let share = ((number + 1) as f64 / COMPANIES as f64).sqrt() - (number as f64 / COMPANIES as f64).sqrt();
    let accounts = share * f64::from(COUNT);
    // From a handful to many thousands, most of them small.
    let spread = (1.0 / (1.0 - dice.fraction() * 0.9997)).powf(1.05);
    let size = (accounts * (1.2 + 0.4 * spread)) as u32 + dice.below(5) as u32;
    let plan = match size {
        0..=9 => *dice.weighted(&[(Plan::Free, 70), (Plan::Starter, 25), (Plan::Team, 5)]),
        10..=49 => {
            *dice.weighted(&[(Plan::Free, 35), (Plan::Starter, 38), (Plan::Team, 23), (Plan::Enterprise, 4)])
        }
        50..=499 => {
            *dice.weighted(&[(Plan::Free, 12), (Plan::Starter, 16), (Plan::Team, 44), (Plan::Enterprise, 28)])
        }
        _ => *dice.weighted(&[(Plan::Free, 4), (Plan::Starter, 3), (Plan::Team, 17), (Plan::Enterprise, 76)]),
    };
    Company {
        name: format!("{first} {second}{form}"),
        domain: format!(
            "{}{}{domain_form}.example",
            first.replace(' ', "").to_lowercase(),
            second.to_lowercase()
        ),
        industry,
        size,
        plan,
        country,
    }
}

/// When a customer came and was last seen, which events keep to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) signed_up_at: DateTime<Utc>,
    /// None: never came back after signing up.
    pub(super) last_seen_at: Option<DateTime<Utc>>,
    /// How busy, 1 for an ordinary customer.
    pub(super) activity: f64,
}

pub(super) fn id(number: u32) -> String {
    format!("cus_{number:08}")
}

/// Appends a customer's line in COPY's text format.
pub(super) fn push_line(line: &mut String, number: u32, now: DateTime<Utc>) -> Lifetime {
    use std::fmt::Write as _;

    let mut dice = Dice::new(2, u64::from(number));
    // Squared: the first companies have hundreds of people, the last ones a few.
    let company = company((dice.fraction().powi(2) * COMPANIES as f64) as u64);
    let independent = dice.percent(6);
    let person_country = if dice.percent(82) { company.country } else { dice.weighted(COUNTRIES) };
    let (given, family) = (*dice.pick(person_country.given), *dice.pick(person_country.family));
    let name = match person_country.code {
        "JP" | "VN" => format!("{family} {given}"),
        _ => format!("{given} {family}"),
    };
    let domain = if independent { "mail.example" } else { company.domain.as_str() };
    // The number keeps addresses unique where names are not.
    let email = match ascii(given).zip(ascii(family)) {
        Some((given, family)) => format!("{given}.{family}{number}@{domain}"),
        None => format!("user{number}@{domain}"),
    };
    let plan = if independent { Plan::Free } else { company.plan };

    let age_days = 3.0 + dice.fraction().powf(1.4) * 1_600.0;
    let signed_up_at = now - TimeDelta::seconds((age_days * 86_400.0) as i64 + dice.below(86_400) as i64);
    let never_back = dice.percent(if plan == Plan::Free { 9 } else { 2 });
    let idleness = match plan {
        Plan::Free => 3.4,
        Plan::Starter => 5.0,
        Plan::Team => 6.5,
        Plan::Enterprise => 8.0,
    };
    let idle_days = (dice.fraction().powf(idleness) * 420.0).min(age_days);
    let last_seen_at = now - TimeDelta::seconds((idle_days * 86_400.0) as i64 + dice.below(14_400) as i64);
    let last_seen_at = (!never_back).then_some(last_seen_at.max(signed_up_at));

    let mrr = match plan {
        Plan::Free => 0.0,
        Plan::Starter => *dice.pick(&[19.0, 29.0, 29.0, 49.0]),
        Plan::Team => 79.0 + (f64::from(company.size.min(400)) * 1.2).round() + dice.below(40) as f64,
        Plan::Enterprise => {
            400.0 + (f64::from(company.size.min(20_000)).sqrt() * 38.0).round() + 0.5 * dice.below(400) as f64
        }
    };
    let renews_on =
        (plan != Plan::Free).then(|| (now + TimeDelta::days(dice.below(365) as i64)).date_naive());

    let mut tags: Vec<&str> = Vec::new();
    if dice.percent(if plan == Plan::Enterprise { 6 } else { 2 }) {
        tags.push("beta");
    }
    if plan == Plan::Enterprise && dice.percent(12) {
        tags.push("vip");
    }
    if plan != Plan::Free && dice.percent(30) {
        tags.push("annual");
    }
    if dice.percent(22) {
        tags.push("newsletter");
    }
    if idle_days > 60.0 && plan != Plan::Free {
        tags.push("churn-risk");
    }
    if dice.percent(3) {
        tags.push("partner");
    }

    let escaped_name = name.replace('\\', "\\\\");
    let country = if dice.percent(97) { person_country.code } else { "\\N" };
    let plan_text = if dice.percent(99) { plan.as_str() } else { "\\N" };
    let _ = write!(line, "{}\t{escaped_name}\t{email}\t{plan_text}\t{country}\t", id(number));
    if independent {
        line.push_str("\\N\t\\N\t");
    } else {
        let _ = write!(line, "{}\t{}\t", company.name, company.size);
    }
    let _ = write!(line, "{mrr:.2}\t{}\t", stamp(signed_up_at));
    line.push_str(&last_seen_at.map_or_else(|| "\\N".to_owned(), stamp));
    line.push('\t');
    line.push_str(&renews_on.map_or_else(|| "\\N".to_owned(), |day| day.to_string()));
    let verified = if dice.percent(91) { 't' } else { 'f' };
    let _ = write!(line, "\t{verified}\t{{{}}}\t", tags.join(","));
    push_attributes(line, &mut dice, &company, plan, independent, person_country.locale);
    line.push('\n');

    let activity = match plan {
        Plan::Free => 0.45,
        Plan::Starter => 1.0,
        Plan::Team => 1.7,
        Plan::Enterprise => 2.8,
    };
    Lifetime { signed_up_at, last_seen_at, activity: activity * (0.2 + 1.6 * dice.fraction()) }
}

fn push_attributes(
    line: &mut String,
    dice: &mut Dice,
    company: &Company,
    plan: Plan,
    independent: bool,
    locale: &str,
) {
    use std::fmt::Write as _;

    let _ = write!(
        line,
        "{{\"locale\": \"{locale}\", \"theme\": \"{}\"",
        dice.pick(&["light", "dark", "system"])
    );
    if !independent {
        let seats = 1 + dice.below(u64::from(company.size.clamp(1, 500)));
        let _ = write!(line, ", \"industry\": \"{}\", \"seats\": {seats}", company.industry);
    }
    if plan == Plan::Enterprise {
        let provider = dice.pick(&["okta", "entra", "google", "keycloak"]);
        let _ =
            write!(line, ", \"sso\": {{\"provider\": \"{provider}\", \"enforced\": {}}}", dice.percent(40));
    }
    let step = dice.below(6);
    let _ = write!(line, ", \"onboarding\": {{\"step\": {step}, \"completed\": {}}}", step == 5);
    if dice.percent(55) {
        let channel = dice.pick(&["search", "friend", "conference", "newsletter", "partner", "video"]);
        let _ = write!(line, ", \"referrer\": \"{channel}\"");
    }
    if dice.percent(35) {
        let _ = write!(
            line,
            ", \"mobile\": {{\"os\": \"{}\", \"push\": {}}}",
            dice.pick(&["ios", "android"]),
            dice.percent(60)
        );
    }
    line.push('}');
}

/// As Postgres reads it whatever its settings.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S+00").to_string()
}

/// The local part of an address: letters without their marks; none for other scripts.
fn ascii(name: &str) -> Option<String> {
    let mut plain = String::with_capacity(name.len());
    for letter in name.to_lowercase().chars() {
        match letter {
            'a'..='z' => plain.push(letter),
            ' ' | '\'' | '-' | '\u{307}' => {}
            'ß' => plain.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ạ' | 'ầ' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'đ' => plain.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ễ' => plain.push('e'),
            'ğ' => plain.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ị' => plain.push('i'),
            'ł' => plain.push('l'),
            'ñ' | 'ń' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ọ' => plain.push('o'),
            'ś' | 'ş' => plain.push('s'),
            'ù' | 'ú' | 'û' | 'ü' | 'ư' | 'ứ' => plain.push('u'),
            'ź' | 'ż' => plain.push('z'),
            other if other.is_alphabetic() && (other as u32) < 0x2000 => plain.push('x'),
            _ => return None,
        }
    }
    Some(plain)
}
