//! Holds a condition against the customer's attributes and events: what passes is a
//! [`CheckedCondition`], which the compiler turns into SQL without a further question.

use std::sync::Arc;

use halyard_engine::Violation;
use serde_json::{Number, Value};

use super::checked::{
    CheckedAttribute, CheckedCondition, CheckedEvent, CheckedLeaf, Comparison, Test, TextMatch,
};
use super::moment::{Moment, parse_day, parse_instant};
use super::{
    AttributeCondition, Condition, ConditionLeaf, EventCondition, MAX_DAYS, MAX_DEPTH, MAX_LEAVES,
    MAX_LIST_VALUES, Operator, shortened,
};
use crate::attribute::{Attribute, AttributeType};
use crate::customer_source::{Events, ResolvedSource};

const MAX_PATH_PARTS: usize = 10;

impl Condition {
    /// Checks the condition against the customers' attributes and events, as the compiler needs it.
    ///
    /// # Errors
    /// All violations at once; paths start with `path`, as in `condition.all[1].value`.
    pub fn validate(&self, source: &ResolvedSource, path: &str) -> Result<(), Vec<Violation>> {
        self.check(source, path).map(drop)
    }

    pub(crate) fn check(
        &self,
        source: &ResolvedSource,
        path: &str,
    ) -> Result<CheckedCondition, Vec<Violation>> {
        self.check_against(&source.attributes, &source.events, path)
    }

    pub(crate) fn check_against(
        &self,
        attributes: &[Attribute],
        events: &Events,
        path: &str,
    ) -> Result<CheckedCondition, Vec<Violation>> {
        let mut check = Check { attributes, events, violations: Vec::new() };
        let leaves = self.leaves().len();
        if leaves > MAX_LEAVES {
            check.refuse(path, format!("There are {leaves} conditions. Use at most {MAX_LEAVES}."));
        }
        match check.node(self, path, 0) {
            Some(checked) if check.violations.is_empty() => Ok(checked),
            _ => Err(check.violations),
        }
    }
}

struct Check<'a> {
    attributes: &'a [Attribute],
    events: &'a Events,
    violations: Vec<Violation>,
}

impl Check<'_> {
    fn refuse(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.violations.push(Violation { path: path.into(), message: message.into() });
    }

    fn node(&mut self, condition: &Condition, path: &str, depth: usize) -> Option<CheckedCondition> {
        if depth >= MAX_DEPTH && !matches!(condition, Condition::Leaf(_)) {
            self.refuse(path, format!("Groups are nested too deep. Use at most {MAX_DEPTH} levels."));
            return None;
        }
        match condition {
            Condition::All { all } => Some(CheckedCondition::All(self.group(all, path, "all", depth))),
            Condition::Any { any } => Some(CheckedCondition::Any(self.group(any, path, "any", depth))),
            Condition::Not { not } => {
                let not = self.node(not, &format!("{path}.not"), depth + 1)?;
                Some(CheckedCondition::Not(Box::new(not)))
            }
            Condition::Leaf(ConditionLeaf::Attribute(leaf)) => {
                self.attribute(leaf, path).map(CheckedLeaf::Attribute).map(CheckedCondition::Leaf)
            }
            Condition::Leaf(ConditionLeaf::Event(leaf)) => {
                self.event(leaf, path).map(CheckedLeaf::Event).map(CheckedCondition::Leaf)
            }
        }
    }

    fn group(&mut self, parts: &[Condition], path: &str, name: &str, depth: usize) -> Vec<CheckedCondition> {
        if parts.is_empty() {
            // An empty filter never means everyone.
            self.refuse(format!("{path}.{name}"), "The group is empty. Add a condition or remove the group.");
        }
        parts
            .iter()
            .enumerate()
            .filter_map(|(index, part)| self.node(part, &format!("{path}.{name}[{index}]"), depth + 1))
            .collect()
    }

    fn event(&mut self, leaf: &EventCondition, path: &str) -> Option<CheckedEvent> {
        let events = match self.events {
            Events::Found(events) => events,
            Events::NotChosen => {
                self.refuse(
                    format!("{path}.event"),
                    "The customer source has no events. Choose their table in the settings, or use an attribute.",
                );
                return None;
            }
            Events::Lost(violations) => {
                let sentences: Vec<&str> = violations.iter().map(|found| found.message.as_str()).collect();
                self.refuse(
                    format!("{path}.event"),
                    format!("Events cannot be read. {}", sentences.join(" ")),
                );
                return None;
            }
        };
        if leaf.within_days.is_some() && events.time.is_none() {
            self.refuse(
                format!("{path}.withinDays"),
                "The events have no time. Choose their time column in the settings, or leave the days out.",
            );
            return None;
        }
        Some(CheckedEvent { written: leaf.clone(), events: Arc::clone(events) })
    }

    fn attribute(&mut self, leaf: &AttributeCondition, path: &str) -> Option<CheckedAttribute> {
        let before = self.violations.len();
        let Some(attribute) = self.attributes.iter().find(|attribute| attribute.name == leaf.attribute)
        else {
            self.refuse(
                format!("{path}.attribute"),
                format!(
                    "Customers have no attribute “{}”. Choose one from the list.",
                    shortened(&leaf.attribute)
                ),
            );
            return None;
        };
        let (storage, attribute_type) = (attribute.storage, attribute.attribute_type);
        let json_path = self.json_path(leaf, attribute_type, path);
        let read_as = self.read_as(leaf, attribute_type, path);
        self.operator_fits(leaf, read_as, path);
        if leaf.ignore_case == Some(true) && !takes_ignore_case(leaf.operator, read_as) {
            self.refuse(
                format!("{path}.ignoreCase"),
                format!(
                    "Upper and lower case make no difference for “{}” here. Switch it off.",
                    leaf.operator.words()
                ),
            );
        }
        if self.violations.len() > before {
            return None;
        }
        let (test, negated) = self.test(leaf, read_as, path)?;
        Some(CheckedAttribute {
            written: leaf.clone(),
            column: leaf.attribute.clone(),
            storage,
            path: json_path,
            read_as,
            test,
            negated,
        })
    }

    fn json_path(
        &mut self,
        leaf: &AttributeCondition,
        attribute_type: AttributeType,
        path: &str,
    ) -> Vec<String> {
        let parts = leaf.path.clone().unwrap_or_default();
        if !parts.is_empty() && attribute_type != AttributeType::Json {
            self.refuse(
                format!("{path}.path"),
                format!(
                    "“{}” is not JSON and has no values inside. Leave the path out.",
                    shortened(&leaf.attribute)
                ),
            );
        }
        if parts.len() > MAX_PATH_PARTS {
            self.refuse(
                format!("{path}.path"),
                format!("The path has {} steps. Use at most {MAX_PATH_PARTS}.", parts.len()),
            );
        }
        for (index, part) in parts.iter().enumerate() {
            self.no_nul(part, &format!("{path}.path[{index}]"));
        }
        parts
    }

    fn read_as(
        &mut self,
        leaf: &AttributeCondition,
        attribute_type: AttributeType,
        path: &str,
    ) -> AttributeType {
        let presence = matches!(leaf.operator, Operator::IsSet | Operator::IsNotSet);
        match (attribute_type, leaf.read_as) {
            (AttributeType::Json, Some(AttributeType::Unsupported)) => {
                self.refuse(
                    format!("{path}.type"),
                    "A value inside JSON is read as text, number, boolean, timestamp, date or text_array. Choose one.",
                );
                AttributeType::Json
            }
            (AttributeType::Json, Some(AttributeType::Json) | None) if presence => AttributeType::Json,
            (AttributeType::Json, Some(AttributeType::Json) | None) => {
                self.refuse(
                    format!("{path}.type"),
                    "Say what the value inside the JSON is: text, number, boolean, timestamp, date or text_array.",
                );
                AttributeType::Json
            }
            (AttributeType::Json, Some(read_as)) => read_as,
            (own, Some(read_as)) if read_as != own => {
                self.refuse(
                    format!("{path}.type"),
                    format!("“{}” is {}. Leave the type out.", shortened(&leaf.attribute), own.words()),
                );
                own
            }
            (own, _) => own,
        }
    }

    fn operator_fits(&mut self, leaf: &AttributeCondition, read_as: AttributeType, path: &str) {
        // What a json value is read as was refused already when it is missing.
        if read_as.operators().contains(&leaf.operator) || read_as == AttributeType::Json {
            return;
        }
        let name = shortened(&leaf.attribute);
        let message = if read_as == AttributeType::Unsupported {
            format!("“{name}” is {}. Choose another attribute.", read_as.words())
        } else {
            let possible: Vec<&str> = read_as.operators().iter().map(|operator| operator.words()).collect();
            format!(
                "“{}” cannot be asked of “{name}”, which is {}. Choose one of: {}.",
                leaf.operator.words(),
                read_as.words(),
                possible.join(", ")
            )
        };
        self.refuse(format!("{path}.operator"), message);
    }

    fn test(
        &mut self,
        leaf: &AttributeCondition,
        read_as: AttributeType,
        path: &str,
    ) -> Option<(Test, bool)> {
        use Operator::*;
        let value_path = format!("{path}.value");
        let value = leaf.value.as_ref();
        let ignore_case = leaf.ignore_case.unwrap_or(false);
        let negated = matches!(
            leaf.operator,
            NotEquals | NotIn | NotContains | NotWithinLastDays | ContainsNone | IsNotSet
        );
        let text = |matching| Test::Text { matching, ignore_case };
        let test = match (leaf.operator, read_as) {
            (IsSet | IsNotSet | IsTrue | IsFalse, _) => {
                if value.is_some() {
                    self.refuse(
                        value_path,
                        format!("“{}” takes no value. Remove it.", leaf.operator.words()),
                    );
                    return None;
                }
                match leaf.operator {
                    IsTrue => Test::Boolean(true),
                    IsFalse => Test::Boolean(false),
                    _ => Test::IsSet,
                }
            }
            (Equals | NotEquals, AttributeType::Number) => {
                Test::OneOfNumbers(vec![self.number(value, &value_path)?])
            }
            (In | NotIn, AttributeType::Number) => {
                Test::OneOfNumbers(
                    self.list(value, &value_path, |check, value, path| check.number(Some(value), path))?,
                )
            }
            (LessThan, _) => Test::CompareNumber(Comparison::Less, self.number(value, &value_path)?),
            (AtMost, _) => Test::CompareNumber(Comparison::AtMost, self.number(value, &value_path)?),
            (GreaterThan, _) => Test::CompareNumber(Comparison::Greater, self.number(value, &value_path)?),
            (AtLeast, _) => Test::CompareNumber(Comparison::AtLeast, self.number(value, &value_path)?),
            (Between, AttributeType::Number) => {
                let (from, to) =
                    self.range(value, &value_path, |check, value, path| check.number(Some(value), path))?;
                if from.as_f64() > to.as_f64() {
                    self.refuse(value_path, "The first value is larger than the second. Swap them.");
                    return None;
                }
                Test::NumberBetween(from, to)
            }
            (Equals | NotEquals, _) => text(TextMatch::OneOf(vec![self.text(value, &value_path)?])),
            (In | NotIn, _) => text(TextMatch::OneOf(self.texts(value, &value_path)?)),
            (Contains | NotContains, _) => text(TextMatch::Contains(self.some_text(value, &value_path)?)),
            (StartsWith, _) => text(TextMatch::StartsWith(self.some_text(value, &value_path)?)),
            (EndsWith, _) => text(TextMatch::EndsWith(self.some_text(value, &value_path)?)),
            (Before, _) => Test::CompareMoment(Comparison::Less, self.moment(value, read_as, &value_path)?),
            (After, _) => Test::CompareMoment(Comparison::Greater, self.moment(value, read_as, &value_path)?),
            (Between, _) => {
                let (from, to) = self.range(value, &value_path, |check, value, path| {
                    check.moment(Some(value), read_as, path)
                })?;
                if from > to {
                    self.refuse(value_path, "The first time is later than the second. Swap them.");
                    return None;
                }
                Test::MomentBetween(from, to)
            }
            (WithinLastDays | NotWithinLastDays, _) => {
                let days =
                    value.and_then(Value::as_i64).filter(|days| (1..=i64::from(MAX_DAYS)).contains(days));
                if days.is_none() {
                    self.refuse(
                        value_path,
                        format!(
                            "The value is not a number of days. Give a whole number from 1 to {MAX_DAYS}."
                        ),
                    );
                }
                Test::WithinLastDays(days?)
            }
            (ContainsAny | ContainsNone, _) => Test::ArrayContainsAny(self.texts(value, &value_path)?),
            (ContainsAll, _) => Test::ArrayContainsAll(self.texts(value, &value_path)?),
        };
        Some((test, negated))
    }

    fn text(&mut self, value: Option<&Value>, path: &str) -> Option<String> {
        let Some(text) = value.and_then(Value::as_str) else {
            self.refuse(path, "The value is not a text. Give a text.");
            return None;
        };
        self.no_nul(text, path).then(|| text.to_owned())
    }

    fn some_text(&mut self, value: Option<&Value>, path: &str) -> Option<String> {
        let text = self.text(value, path)?;
        if text.is_empty() {
            self.refuse(
                path,
                "The text is empty, and every text contains the empty one. Give at least one character.",
            );
            return None;
        }
        Some(text)
    }

    fn texts(&mut self, value: Option<&Value>, path: &str) -> Option<Vec<String>> {
        self.list(value, path, |check, value, path| check.text(Some(value), path))
    }

    fn no_nul(&mut self, text: &str, path: &str) -> bool {
        let allowed = !text.contains('\0');
        if !allowed {
            self.refuse(
                path,
                "The text contains the character U+0000, which Postgres cannot hold. Remove it.",
            );
        }
        allowed
    }

    fn number(&mut self, value: Option<&Value>, path: &str) -> Option<Number> {
        let number = match value {
            Some(Value::Number(number)) => Some(number.clone()),
            _ => None,
        };
        if number.is_none() {
            self.refuse(path, "The value is not a number. Give a number.");
        }
        number
    }

    fn moment(&mut self, value: Option<&Value>, read_as: AttributeType, path: &str) -> Option<Moment> {
        let text = value.and_then(Value::as_str);
        let moment = match read_as {
            AttributeType::Date => text.and_then(parse_day).map(Moment::Day),
            _ => text.and_then(parse_instant).map(Moment::Instant),
        };
        if moment.is_none() {
            self.refuse(
                path,
                match read_as {
                    AttributeType::Date => "The value is not a date. Give one such as 2026-01-31.",
                    _ => "The value is not a time. Give one such as 2026-01-31T09:30:00Z, or a date.",
                },
            );
        }
        moment
    }

    fn list<T>(
        &mut self,
        value: Option<&Value>,
        path: &str,
        mut item: impl FnMut(&mut Self, &Value, &str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(values) = value.and_then(Value::as_array) else {
            self.refuse(path, "The value is not a list. Give a list of values.");
            return None;
        };
        if values.is_empty() {
            self.refuse(path, "The list is empty. Give at least one value.");
            return None;
        }
        if values.len() > MAX_LIST_VALUES {
            self.refuse(path, format!("There are {} values. Use at most {MAX_LIST_VALUES}.", values.len()));
            return None;
        }
        let items: Vec<T> = values
            .iter()
            .enumerate()
            .filter_map(|(index, value)| item(self, value, &format!("{path}[{index}]")))
            .collect();
        (items.len() == values.len()).then_some(items)
    }

    fn range<T>(
        &mut self,
        value: Option<&Value>,
        path: &str,
        item: impl FnMut(&mut Self, &Value, &str) -> Option<T>,
    ) -> Option<(T, T)> {
        if value.and_then(Value::as_array).is_none_or(|values| values.len() != 2) {
            self.refuse(path, "The value is not a range. Give two values, from and to.");
            return None;
        }
        let mut ends = self.list(value, path, item)?.into_iter();
        Some((ends.next()?, ends.next()?))
    }
}

fn takes_ignore_case(operator: Operator, read_as: AttributeType) -> bool {
    read_as == AttributeType::Text && !matches!(operator, Operator::IsSet | Operator::IsNotSet)
}
