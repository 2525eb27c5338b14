//! Functions, procedures, `DO` blocks and triggers. Their bodies are read in `body`.

use super::definition::{CreateTrigger, Function};
use super::name::{name_in, name_of, names_of};
use super::{Push, TextRange, What, expression};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, whole: TextRange, push: &mut Push<'_>) -> bool {
    match statement.kind() {
        Kind::CREATE_FUNCTION | Kind::CREATE_PROCEDURE => {
            let Some(name) = name_of(statement, &[Kind::FUNCTION_NAME, Kind::PROCEDURE_NAME]) else {
                return false;
            };
            let list = statement.child(Kind::FUNC_OPTION_LIST);
            let options: Vec<Node> = list.iter().flat_map(Node::children).collect();
            let has = |kind: Kind, word: Kind| {
                options.iter().any(|option| option.kind() == kind && option.has(word))
            };
            let (security_definer, sets_search_path) = list.as_ref().map_or((None, false), security);
            let function = Function {
                procedure: statement.kind() == Kind::CREATE_PROCEDURE,
                or_replace: statement.child(Kind::OR_REPLACE).is_some(),
                parameters: parameters(statement),
                parameter_names: parameter_names(statement),
                returns: statement.child(Kind::RET_TYPE).map(|node| returns(&node)),
                language: language(&options),
                security_definer: security_definer == Some(true),
                not_volatile: has(Kind::VOLATILITY_FUNC_OPTION, Kind::IMMUTABLE_KW)
                    || has(Kind::VOLATILITY_FUNC_OPTION, Kind::STABLE_KW),
                sets_search_path,
                parsed_body: !options.iter().any(|option| option.kind() == Kind::AS_FUNC_OPTION),
                options: list.map_or(TextRange::new(whole.end, whole.end), |list| list.range()),
                name,
            };
            push(statement.range(), What::CreateFunction(Box::new(function)));
            true
        }
        Kind::DO => {
            push(statement.range(), What::Do { language: do_language(statement) });
            true
        }
        Kind::CREATE_TRIGGER => {
            let on = statement.child(Kind::ON_RELATION);
            let table = on.and_then(|on| name_of(&on, &[Kind::RELATION_NAME_REF]));
            let (Some(name), Some(table)) = (name_of(statement, &[Kind::TRIGGER]), table) else {
                return false;
            };
            let call = statement.child(Kind::CALL_EXPR).and_then(|call| call.children().next());
            let mut columns = Vec::new();
            for update in statement.descendants().filter(|node| node.kind() == Kind::TRIGGER_EVENT_UPDATE) {
                columns.extend(names_of(&update, Kind::NAME_REF));
            }
            if let Some(when) =
                statement.child(Kind::WHEN_CONDITION).and_then(|when| expression::first_in(&when))
            {
                columns.extend(when.columns);
            }
            let says = |kind: Kind, word: Kind| {
                let mut nodes = statement.descendants().filter(|node| node.kind() == kind);
                nodes.any(|node| node.has(word))
            };
            let rows = statement.descendants().filter(|node| node.kind() == Kind::REFERENCING_TABLE);
            let trigger = CreateTrigger {
                before_insert: says(Kind::TIMING, Kind::BEFORE_KW)
                    && says(Kind::TRIGGER_EVENT, Kind::INSERT_KW),
                transitions: rows
                    .filter_map(|node| name_of(&node, &[Kind::NAME_REF]))
                    .map(|name| name.last().to_owned())
                    .collect(),
                name,
                table,
                function: call.and_then(|function| name_in(&function)),
                or_replace: statement.child(Kind::OR_REPLACE).is_some(),
                columns,
            };
            push(statement.range(), What::CreateTrigger(Box::new(trigger)));
            true
        }
        _ => false,
    }
}

/// Whether a list of options has `SECURITY DEFINER` or `INVOKER`, and whether it sets `search_path`.
pub(super) fn security(options: &Node) -> (Option<bool>, bool) {
    let said = options.children_of(Kind::SECURITY_FUNC_OPTION).last();
    let definer = said.map(|option| option.has(Kind::DEFINER_KW));
    let sets = options.children_of(Kind::SET_FUNC_OPTION).filter_map(|set| set.find(Kind::PATH_REF));
    let names: Vec<_> = sets.filter_map(|path| name_in(&path)).collect();
    (definer, names.iter().any(|name| name.last() == "search_path"))
}

fn parameters(statement: &Node) -> Vec<String> {
    let list = statement.child(Kind::PARAM_LIST);
    let inputs = list
        .iter()
        .flat_map(|list| list.children_of(Kind::PARAM))
        .filter(|p| p.child(Kind::PARAM_OUT).is_none());
    inputs
        .map(|parameter| {
            super::types::type_in(&parameter).map_or_else(|| spaced(&parameter), |t| t.to_string())
        })
        .collect()
}

/// The names of the input parameters, in the same order; `None` for one without a name.
fn parameter_names(statement: &Node) -> Vec<Option<String>> {
    let list = statement.child(Kind::PARAM_LIST);
    let inputs = list
        .iter()
        .flat_map(|list| list.children_of(Kind::PARAM))
        .filter(|p| p.child(Kind::PARAM_OUT).is_none());
    inputs.map(|parameter| name_of(&parameter, &[Kind::NAME]).map(|name| name.last().to_owned())).collect()
}

/// What follows `RETURNS`, with one spelling per type: `returns integer` for `RETURNS int4`.
fn returns(node: &Node) -> String {
    let set = node.leaves().any(|(kind, ..)| kind == Kind::SETOF_KW);
    match super::types::type_in(node) {
        Some(type_name) => format!("returns {}{type_name}", if set { "setof " } else { "" }),
        None => spaced(node),
    }
}

/// The text of a node with single blanks between its tokens.
fn spaced(node: &Node) -> String {
    node.leaves().map(|(_, text, _)| text.to_lowercase()).collect::<Vec<_>>().join(" ")
}

fn language(options: &[Node]) -> String {
    let written = options.iter().find(|option| option.kind() == Kind::LANGUAGE_FUNC_OPTION);
    written.and_then(last_word).unwrap_or_else(|| "sql".to_owned())
}

fn last_word(node: &Node) -> Option<String> {
    let (kind, text, _) = node.leaves().last()?;
    Some(if expression::is_string(kind) {
        super::string_value(&text).to_lowercase()
    } else {
        super::fold(&text)
    })
}

pub(super) fn do_language(statement: &Node) -> String {
    let mut after_word = false;
    for (kind, text, _) in statement.leaves() {
        if after_word {
            return if expression::is_string(kind) { super::string_value(&text) } else { super::fold(&text) };
        }
        after_word = kind == Kind::LANGUAGE_KW;
    }
    "plpgsql".to_owned()
}

/// The language of a routine's or a `DO` block's body.
pub(super) fn body_language(statement: &Node) -> String {
    if statement.kind() == Kind::DO {
        return do_language(statement);
    }
    let list = statement.child(Kind::FUNC_OPTION_LIST);
    language(&list.iter().flat_map(Node::children).collect::<Vec<_>>())
}
