//! A rule's percentage, held exactly.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::bucket::BUCKET_COUNT;

/// 0 to 100 per cent in steps of 0.001. Held as thousandths, which are also the threshold that a
/// bucket is compared with: 25 % is 25,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = f64, minimum = 0, maximum = 100))]
pub struct Percentage(u32);

impl Percentage {
    /// Nobody.
    pub const ZERO: Self = Self(0);
    /// Everybody who has an entity id.
    pub const HUNDRED: Self = Self(BUCKET_COUNT);

    /// From thousandths of a percent, 0 to 100,000; `None` beyond.
    #[must_use]
    pub const fn from_thousandths(thousandths: u32) -> Option<Self> {
        if thousandths <= BUCKET_COUNT { Some(Self(thousandths)) } else { None }
    }

    /// From a number of percents such as `12.5`.
    ///
    /// Exact: the number is taken only if it is the 64-bit float nearest to some decimal with at most
    /// three places, so that `33.333` passes and `33.3333` does not. Nothing is rounded.
    ///
    /// # Errors
    /// Not finite, outside 0 to 100, or finer than thousandths.
    pub fn from_percents(percents: f64) -> Result<Self, InvalidPercentage> {
        if !(0.0..=100.0).contains(&percents) {
            return Err(InvalidPercentage::OutOfRange(percents));
        }
        // Within 0 to 100 the product is at most 100,000, so the cast loses nothing. The division
        // below is correctly rounded, hence yields the very float that the decimal's text parses to.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100,000 after rounding"
        )]
        let thousandths = (percents * 1000.0).round() as u32;
        let percentage = Self(thousandths);
        if percentage.percents() == percents {
            Ok(percentage)
        } else {
            Err(InvalidPercentage::TooFine(percents))
        }
    }

    /// Thousandths of a percent, 0 to 100,000: buckets below it are included.
    #[must_use]
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// The number of percents, 0 to 100.
    #[must_use]
    pub fn percents(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Display for Percentage {
    /// As people write it: `25`, `12.5`, `0.001`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.percents().fmt(formatter)
    }
}

impl Serialize for Percentage {
    /// A JSON number with at most three decimals, and whole numbers without any.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1000) {
            serializer.serialize_u32(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.percents())
        }
    }
}

impl<'de> Deserialize<'de> for Percentage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_percents(f64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

crate::ids::written_in_typescript_as!(Percentage, "number");

/// Why a number is no percentage. Displays as a sentence for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InvalidPercentage {
    /// Below 0, above 100, or not a finite number.
    OutOfRange(f64),
    /// More than three decimals.
    TooFine(f64),
}

impl fmt::Display for InvalidPercentage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange(percents) if percents.is_finite() => {
                write!(formatter, "The percentage is {percents}. Choose a number from 0 to 100.")
            }
            Self::OutOfRange(_) => {
                formatter.write_str("The percentage is not a number. Choose a number from 0 to 100.")
            }
            Self::TooFine(percents) => write!(
                formatter,
                "The percentage {percents} has more than 3 decimals. The finest step is 0.001."
            ),
        }
    }
}

impl std::error::Error for InvalidPercentage {}
