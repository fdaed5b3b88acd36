//! Names of made-up people and companies, by country. Any likeness is chance.

/// A country where customers are, and what people there are called.
pub(super) struct Country {
    pub(super) code: &'static str,
    pub(super) locale: &'static str,
    pub(super) given: &'static [&'static str],
    pub(super) family: &'static [&'static str],
}

const fn country(
    code: &'static str,
    locale: &'static str,
    given: &'static [&'static str],
    family: &'static [&'static str],
) -> Country {
    Country { code, locale, given, family }
}

const ENGLISH_GIVEN: &[&str] = &[
    "Olivia", "James", "Amara", "Noah", "Grace", "Ethan", "Ruby", "Marcus", "Hannah", "Theo", "Naomi",
    "Isaac", "Chloe", "Andre", "Maya", "Victor", "Elena", "Samuel", "Priya", "Daniel", "Jasmine", "Oliver",
    "Zoe", "Malik",
];
const ENGLISH_FAMILY: &[&str] = &[
    "Carter", "Nguyen", "Patel", "Brooks", "Okafor", "Reed", "Sullivan", "Kim", "Fletcher", "Morales",
    "Hughes", "Bennett", "Whitaker", "Chan", "Ellis", "Abbott", "Khan", "Foster", "Delgado", "Walsh",
    "O'Brien", "Hart",
];
const GERMAN_GIVEN: &[&str] = &[
    "Anna", "Lukas", "Mia", "Jürgen", "Lena", "Felix", "Käthe", "Paul", "Emilia", "Jonas", "Aylin", "Moritz",
    "Clara", "Sören", "Marlene", "Tobias",
];
const GERMAN_FAMILY: &[&str] = &[
    "Müller",
    "Schneider",
    "Weiß",
    "Yılmaz",
    "Krüger",
    "Hoffmann",
    "Schäfer",
    "Köhler",
    "Vogel",
    "Brandt",
    "Lang",
    "Öztürk",
    "Baumann",
    "Fuchs",
    "Großmann",
];
const FRENCH_GIVEN: &[&str] = &[
    "Camille", "Louis", "Chloé", "Hugo", "Inès", "Jules", "Zoé", "Léa", "Raphaël", "Amélie", "Mehdi",
    "Élodie",
];
const FRENCH_FAMILY: &[&str] = &[
    "Moreau",
    "Lefèvre",
    "Garnier",
    "Benali",
    "Rousseau",
    "Dupré",
    "Lambert",
    "Chevalier",
    "Noël",
    "Marchand",
    "Traoré",
    "Girard",
];
const SPANISH_GIVEN: &[&str] = &[
    "Lucía",
    "Mateo",
    "Sofía",
    "Diego",
    "Valentina",
    "Andrés",
    "Carmen",
    "Javier",
    "Ximena",
    "Íñigo",
    "Paula",
    "Raúl",
];
const SPANISH_FAMILY: &[&str] = &[
    "García",
    "Fernández",
    "López",
    "Muñoz",
    "Herrera",
    "Ibáñez",
    "Castillo",
    "Rojas",
    "Núñez",
    "Vega",
    "Peña",
    "Ríos",
];
const PORTUGUESE_GIVEN: &[&str] = &[
    "Beatriz",
    "João",
    "Larissa",
    "Thiago",
    "Inês",
    "Rafael",
    "Conceição",
    "Gabriel",
    "Luana",
    "Caio",
    "Helena",
];
const PORTUGUESE_FAMILY: &[&str] = &[
    "Silva",
    "Santos",
    "Araújo",
    "Magalhães",
    "Costa",
    "Nogueira",
    "Gonçalves",
    "Pereira",
    "Simões",
    "Teixeira",
];
const ITALIAN_GIVEN: &[&str] =
    &["Giulia", "Lorenzo", "Chiara", "Matteo", "Noemi", "Davide", "Ilaria", "Pietro", "Nicolò"];
const ITALIAN_FAMILY: &[&str] =
    &["Rossi", "Bianchi", "Conti", "Ferrara", "De Luca", "Marchetti", "Galli", "D'Angelo"];
const DUTCH_GIVEN: &[&str] = &["Sanne", "Daan", "Fleur", "Joris", "Noor", "Bram", "Anouk", "Thijs", "Loïs"];
const DUTCH_FAMILY: &[&str] =
    &["de Vries", "van den Berg", "Bakker", "Jansen", "Visser", "El Amrani", "Smit", "Mulder"];
const NORDIC_GIVEN: &[&str] =
    &["Astrid", "Lars", "Freja", "Søren", "Elin", "Björn", "Åsa", "Mikkel", "Saga", "Jörgen"];
const NORDIC_FAMILY: &[&str] =
    &["Lindström", "Hansen", "Bergqvist", "Sørensen", "Ström", "Dahl", "Ångström", "Holm"];
const POLISH_GIVEN: &[&str] =
    &["Zofia", "Jakub", "Małgorzata", "Łukasz", "Hanna", "Michał", "Agnieszka", "Paweł"];
const POLISH_FAMILY: &[&str] =
    &["Kowalski", "Wójcik", "Zieliński", "Dąbrowska", "Krawczyk", "Śliwa", "Żak", "Mazur"];
const TURKISH_GIVEN: &[&str] = &["Elif", "Mert", "Zeynep", "Çağan", "Işıl", "Ömer", "Gülşen", "Kerem"];
const TURKISH_FAMILY: &[&str] = &["Yılmaz", "Demir", "Şahin", "Çelik", "Aydın", "Koç", "Öztürk", "Güneş"];
const INDIAN_GIVEN: &[&str] =
    &["Aarav", "Diya", "Vihaan", "Ananya", "Rohan", "Ishita", "Kabir", "Meera", "Arjun", "Saanvi"];
const INDIAN_FAMILY: &[&str] =
    &["Sharma", "Iyer", "Reddy", "Banerjee", "Kapoor", "Nair", "Desai", "Gupta", "Menon", "Singh"];
const JAPANESE_GIVEN: &[&str] = &["美咲", "蓮", "陽菜", "大翔", "結衣", "悠真", "葵", "健太"];
const JAPANESE_FAMILY: &[&str] = &["佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村"];
const KOREAN_GIVEN: &[&str] = &["Ji-woo", "Seo-yeon", "Min-jun", "Ha-eun", "Do-yun", "Ye-jin", "Jun-seo"];
const KOREAN_FAMILY: &[&str] = &["Kim", "Lee", "Park", "Choi", "Jung", "Kang", "Yoon"];
const NIGERIAN_GIVEN: &[&str] =
    &["Adaeze", "Tunde", "Ngozi", "Emeka", "Folake", "Ibrahim", "Zainab", "Chidi"];
const NIGERIAN_FAMILY: &[&str] =
    &["Adeyemi", "Okonkwo", "Balogun", "Eze", "Bello", "Nwosu", "Abubakar", "Olawale"];
const VIETNAMESE_GIVEN: &[&str] = &["Thị Hương", "Minh", "Lan Anh", "Quang", "Ngọc", "Đức", "Thu Hà"];
const VIETNAMESE_FAMILY: &[&str] = &["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Võ"];
const ARABIC_GIVEN: &[&str] = &["Layla", "Omar", "Nour", "Youssef", "Salma", "Karim", "Hana", "Tarek"];
const ARABIC_FAMILY: &[&str] = &["Hassan", "El-Sayed", "Mansour", "Fahmy", "Naguib", "Shalaby", "Saleh"];

/// With how many of a thousand customers are there.
pub(super) const COUNTRIES: &[(Country, u32)] = &[
    (country("US", "en-US", ENGLISH_GIVEN, ENGLISH_FAMILY), 270),
    (country("GB", "en-GB", ENGLISH_GIVEN, ENGLISH_FAMILY), 110),
    (country("DE", "de-DE", GERMAN_GIVEN, GERMAN_FAMILY), 105),
    (country("FR", "fr-FR", FRENCH_GIVEN, FRENCH_FAMILY), 70),
    (country("IN", "en-IN", INDIAN_GIVEN, INDIAN_FAMILY), 65),
    (country("BR", "pt-BR", PORTUGUESE_GIVEN, PORTUGUESE_FAMILY), 50),
    (country("ES", "es-ES", SPANISH_GIVEN, SPANISH_FAMILY), 40),
    (country("MX", "es-MX", SPANISH_GIVEN, SPANISH_FAMILY), 30),
    (country("CA", "en-CA", ENGLISH_GIVEN, ENGLISH_FAMILY), 35),
    (country("AU", "en-AU", ENGLISH_GIVEN, ENGLISH_FAMILY), 35),
    (country("IT", "it-IT", ITALIAN_GIVEN, ITALIAN_FAMILY), 30),
    (country("NL", "nl-NL", DUTCH_GIVEN, DUTCH_FAMILY), 30),
    (country("SE", "sv-SE", NORDIC_GIVEN, NORDIC_FAMILY), 22),
    (country("DK", "da-DK", NORDIC_GIVEN, NORDIC_FAMILY), 13),
    (country("PL", "pl-PL", POLISH_GIVEN, POLISH_FAMILY), 20),
    (country("TR", "tr-TR", TURKISH_GIVEN, TURKISH_FAMILY), 15),
    (country("JP", "ja-JP", JAPANESE_GIVEN, JAPANESE_FAMILY), 25),
    (country("KR", "ko-KR", KOREAN_GIVEN, KOREAN_FAMILY), 13),
    (country("NG", "en-NG", NIGERIAN_GIVEN, NIGERIAN_FAMILY), 10),
    (country("VN", "vi-VN", VIETNAMESE_GIVEN, VIETNAMESE_FAMILY), 7),
    (country("EG", "ar-EG", ARABIC_GIVEN, ARABIC_FAMILY), 4),
    (country("CU", "es-CU", SPANISH_GIVEN, SPANISH_FAMILY), 1),
];

pub(super) const COMPANY_FIRST: &[&str] = &[
    "Northlight",
    "Blue Heron",
    "Cobalt",
    "Juniper",
    "Tidewater",
    "Aster",
    "Red Kite",
    "Lumen",
    "Fjord",
    "Saffron",
    "Granite",
    "Willow",
    "Harbour",
    "Atlas",
    "Copper",
    "Meridian",
    "Larkspur",
    "Ironwood",
    "Solstice",
    "Quarry",
    "Cedar",
    "Marlin",
    "Foxglove",
    "Summit",
    "Velvet",
    "Beacon",
    "Osprey",
    "Thistle",
    "Amber",
    "Kestrel",
    "Delta",
    "Pinecone",
    "Silver Birch",
    "Mosaic",
    "Orchard",
    "Polar",
    "Riverbend",
    "Nimbus",
    "Sandpiper",
    "Terrace",
];
pub(super) const COMPANY_SECOND: &[(&str, &str)] = &[
    ("Logistics", "logistics"),
    ("Health", "health"),
    ("Labs", "software"),
    ("Foods", "food"),
    ("Robotics", "manufacturing"),
    ("Finance", "finance"),
    ("Studio", "design"),
    ("Energy", "energy"),
    ("Analytics", "software"),
    ("Travel", "travel"),
    ("Legal", "legal"),
    ("Retail", "retail"),
    ("Systems", "software"),
    ("Media", "media"),
    ("Works", "manufacturing"),
    ("Freight", "logistics"),
    ("Pharma", "health"),
    ("Games", "media"),
    ("Insurance", "finance"),
    ("Education", "education"),
    ("Telecom", "telecom"),
    ("Mobility", "automotive"),
    ("Biotech", "health"),
    ("Security", "software"),
    ("Farms", "food"),
];
