//! The TypeScript that the page imports, made from the one list of commands: every wire type
//! with its documentation, the map of commands, and the table of cache tags.

use std::{
    any::type_name,
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

use ts_rs::{Config, TS, TypeVisitor};

use crate::commands::{COMMANDS, CacheTag, CommandVisitor, visit_types};
use crate::{CommandError, ErrorCode};

const HEADER: &str = "\
// Generated from the list of commands in crates/admin. Do not edit: change the Rust types and
// run `HALYARD_REGENERATE=1 cargo test -p halyard-admin --test contract`.
";

/// The whole of `ui/src/contract/generated/contract.ts`.
#[must_use]
pub fn contract() -> String {
    let mut types = Types {
        config: Config::new().with_large_int("number"),
        seen: HashSet::new(),
        declarations: BTreeMap::new(),
    };
    TypeVisitor::visit::<CommandError>(&mut types);
    TypeVisitor::visit::<ErrorCode>(&mut types);
    TypeVisitor::visit::<CacheTag>(&mut types);
    let mut map = Map { types, lines: String::new() };
    visit_types(&mut map);

    let mut text = String::from(HEADER);
    for declaration in map.types.declarations.values() {
        text.push('\n');
        text.push_str(declaration);
    }
    text.push_str("\n/** Every command with what it takes and answers. */\nexport type Commands = {\n");
    text.push_str(&map.lines);
    text.push_str("};\n\nexport type CommandName = keyof Commands;\n\n");
    text.push_str(&tags());
    text
}

/// The whole of `src-tauri/commands.gen.json`: the names, one a line.
#[must_use]
pub fn names() -> String {
    let names: Vec<String> = COMMANDS.iter().map(|command| format!("  \"{}\"", command.name)).collect();
    format!("[\n{}\n]\n", names.join(",\n"))
}

fn tags() -> String {
    let list = |tags: &[CacheTag]| {
        let names: Vec<String> = tags.iter().filter_map(|tag| serde_json::to_string(tag).ok()).collect();
        format!("[{}]", names.join(", "))
    };
    let mut text = String::from(
        "/** The tags a command's answer is cached under, and those whose cached answers it makes stale. */\n\
         export type CommandTags = { provides: ReadonlyArray<CacheTag>; invalidates: ReadonlyArray<CacheTag> };\n\n\
         export const COMMAND_TAGS: { readonly [name in CommandName]: CommandTags } = {\n",
    );
    for command in COMMANDS {
        let (name, provides, invalidates) = (command.name, list(command.provides), list(command.invalidates));
        let _ = writeln!(text, "  {name}: {{ provides: {provides}, invalidates: {invalidates} }},");
    }
    text.push_str("};\n");
    text
}

/// Collects the declaration of every named type that is reached, by name.
struct Types {
    config: Config,
    seen: HashSet<&'static str>,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(type_name::<T>()) {
            return;
        }
        // A type with a file of its own is a named one; the others appear inline.
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            let docs = T::docs().unwrap_or_default();
            let declaration = tidy(&format!("{docs}export {}", T::decl(&self.config)));
            self.declarations.insert(name, declaration);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// Lays a declaration out to be read: fields indented, short documentation on one line.
fn tidy(declaration: &str) -> String {
    let short_docs = declaration.replace("/**\n * ", "/** ").replace("\n */", " */");
    let mut text = String::new();
    let mut inside = false;
    for line in short_docs.lines().map(str::trim_end) {
        let indent = if inside { "  " } else { "" };
        let (field, rest) = match line.split_once(", }") {
            // The last field of an object, and what follows it.
            Some((field, rest)) if inside => (format!("{field},"), Some(format!("}}{rest}"))),
            _ => (line.to_owned(), None),
        };
        let _ = writeln!(text, "{indent}{field}");
        if let Some(rest) = rest {
            let _ = writeln!(text, "{rest}");
            inside = rest.ends_with('{') || rest.ends_with(',');
        } else if line.ends_with('{') || (!inside && line.ends_with(',')) {
            inside = true;
        }
    }
    text
}

/// Writes one line of the map for each command, collecting its types on the way.
struct Map {
    types: Types,
    lines: String,
}

impl CommandVisitor for Map {
    fn command<Request: TS + 'static, Response: TS + 'static>(&mut self, name: &'static str) {
        TypeVisitor::visit::<Request>(&mut self.types);
        TypeVisitor::visit::<Response>(&mut self.types);
        let config = &self.types.config;
        let (request, response) = (Request::name(config), Response::name(config));
        if let Some(docs) = COMMANDS.iter().find(|command| command.name == name).map(|command| command.docs)
            && !docs.is_empty()
        {
            let _ = writeln!(self.lines, "  /** {} */", docs.trim());
        }
        let _ = writeln!(self.lines, "  {name}: {{ request: {request}; response: {response} }};");
    }
}
