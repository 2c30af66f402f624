//! Carries a script out on a machine.

use std::collections::BTreeMap;

use super::shell::{Function, Shell};
use super::stop::{Ran, Stop};
use super::tree::{Argument, Block, Expression, Part, Pipeline, Stage, Statement, What};
use super::value::Value;
use super::{commands, methods};

/// The deepest call.
const DEEPEST: usize = 40;

impl Shell<'_> {
    /// Runs what a person typed or pasted at the prompt: each statement by itself, so that what fails does not keep the next
    /// one from running. Returns the errors that were shown.
    pub(super) fn prompt(&mut self, block: &Block) -> Vec<String> {
        let mut errors = Vec::new();
        let mut failed = 0;
        for statement in block {
            // The rest of a line is one with what failed on it.
            if failed == statement.line {
                continue;
            }
            if let Err(Stop::Error(text)) = self.statement(statement, &mut Vec::new()) {
                failed = statement.line;
                errors.push(text);
            }
        }
        errors
    }

    pub(super) fn block(&mut self, block: &Block, out: &mut Vec<Value>) -> Ran<()> {
        for statement in block {
            self.statement(statement, out)?;
        }
        Ok(())
    }

    /// A block in a scope of its own: what it writes, or returns.
    pub(super) fn call(&mut self, block: &Block, scope: BTreeMap<String, Value>) -> Ran<Vec<Value>> {
        if self.scopes.len() > DEEPEST {
            return Err(Stop::Error(
                "The script failed due to call depth overflow.".to_owned(),
            ));
        }
        self.scopes.push(scope);
        let mut out = Vec::new();
        let ran = self.block(block, &mut out);
        self.scopes.pop();
        match ran {
            Ok(()) => Ok(out),
            Err(Stop::Return(more)) => Ok(out.into_iter().chain(more).collect()),
            Err(error) => Err(error),
        }
    }

    fn statement(&mut self, statement: &Statement, out: &mut Vec<Value>) -> Ran<()> {
        match &statement.what {
            What::Assign { target, adds, value } => {
                let mut written = Vec::new();
                self.statement(value, &mut written)?;
                let value = Value::of(written);
                self.assign(target, *adds, value)
            }
            What::If { cases, otherwise } => {
                for (condition, body) in cases {
                    if Value::of(self.pipeline(condition)?).is_true() {
                        return self.block(body, out);
                    }
                }
                otherwise.as_ref().map_or(Ok(()), |body| self.block(body, out))
            }
            What::Foreach { name, over, body } => {
                for item in self.pipeline(over)? {
                    self.set(name, item);
                    self.block(body, out)?;
                }
                Ok(())
            }
            What::Function {
                name,
                parameters,
                body,
            } => {
                let function = Function {
                    parameters: parameters.clone(),
                    body: body.clone(),
                };
                self.functions.insert(name.clone(), function);
                Ok(())
            }
            What::Return(value) => Err(Stop::Return(match value {
                Some(value) => self.pipeline(value)?,
                None => Vec::new(),
            })),
            What::Throw(value) => Err(Stop::Error(match value {
                Some(value) => Value::of(self.pipeline(value)?).shown(),
                None => "ScriptHalted".to_owned(),
            })),
            What::Try { body, caught } => match self.block(body, out) {
                Err(Stop::Error(text)) => {
                    self.set("_", Value::text(text));
                    self.block(caught, out)
                }
                other => other,
            },
            What::Run(pipeline) => {
                out.extend(self.pipeline(pipeline)?);
                Ok(())
            }
        }
    }

    fn assign(&mut self, target: &Expression, adds: bool, value: Value) -> Ran<()> {
        let value = match adds {
            true => methods::add(self.value(target)?, value)?,
            false => value,
        };
        match target {
            Expression::Variable(name) => {
                if name != "null" {
                    self.set(name, value);
                }
                Ok(())
            }
            Expression::Member(object, member) => match object.as_ref() {
                Expression::Variable(name) => {
                    let Some(Value::Map(mut map)) = self.get(name).cloned() else {
                        return Err(Stop::Error(format!(
                            "The property '{member}' cannot be found on this object."
                        )));
                    };
                    map.insert(member.clone(), value);
                    self.set(name, Value::Map(map));
                    Ok(())
                }
                _ => Err(Stop::Error("I cannot follow this assignment".to_owned())),
            },
            Expression::Environment(_) => Ok(()),
            _ => Err(Stop::Error("The assignment expression is not valid.".to_owned())),
        }
    }

    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) -> Ran<Vec<Value>> {
        let mut passed: Option<Vec<Value>> = None;
        for stage in pipeline {
            passed = Some(match stage {
                // A list is written item by item; no value at all is still written.
                Stage::Expression(expression) => self.value(expression)?.items(),
                Stage::Command { name, arguments } => self.command(name, arguments, passed)?,
            });
        }
        Ok(passed.unwrap_or_default())
    }

    fn command(
        &mut self,
        name: &Expression,
        arguments: &[Argument],
        passed: Option<Vec<Value>>,
    ) -> Ran<Vec<Value>> {
        let name = self.value(name)?;
        if let Value::Block(block) = name {
            return self.call(&block, BTreeMap::new());
        }
        let name = name.shown();
        let mut given = Vec::new();
        for argument in arguments {
            given.push(match argument {
                Argument::Parameter(name) => (true, Value::text(name.as_str())),
                Argument::Value(value) => (false, self.value(value)?),
            });
        }
        if let Some(function) = self.functions.get(&name.to_lowercase()).cloned() {
            let mut scope = BTreeMap::new();
            for (index, parameter) in function.parameters.iter().enumerate() {
                // A parameter with a type is never null; those without one are compared only.
                let value = given
                    .get(index)
                    .map_or(Value::text(""), |(_, value)| value.clone());
                scope.insert(parameter.clone(), value);
            }
            return self.call(&function.body, scope);
        }
        match commands::run(self, &name, given, passed) {
            // Without `Stop` an error of a command is shown, and the script goes on.
            Err(Stop::Error(text)) if !self.stops() && commands::is_cmdlet(&name) => {
                self.machine.say(&text);
                Ok(Vec::new())
            }
            ran => ran,
        }
    }

    fn texts(&mut self, parts: &[Part]) -> Ran<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Letters(letters) => text.push_str(letters),
                Part::Value(value) => text.push_str(&self.value(value)?.shown()),
            }
        }
        Ok(text)
    }

    fn values(&mut self, expressions: &[Expression]) -> Ran<Vec<Value>> {
        expressions.iter().map(|one| self.value(one)).collect()
    }

    pub(super) fn value(&mut self, expression: &Expression) -> Ran<Value> {
        Ok(match expression {
            Expression::Text(parts) => Value::Text(self.texts(parts)?),
            Expression::Number(number) => Value::Number(*number),
            Expression::Variable(name) => match name.as_str() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                name => self
                    .get(name)
                    .cloned()
                    .ok_or_else(|| format!("PowerShell would expand ${name}, which has no value"))?,
            },
            Expression::Environment(name) => Value::text(match name.as_str() {
                "temp" => r"C:\Users\Administrator\AppData\Local\Temp",
                "programfiles" => r"C:\Program Files",
                "programdata" => r"C:\ProgramData",
                _ => "",
            }),
            Expression::Group(pipeline) => Value::of(self.pipeline(pipeline)?),
            Expression::Statements(block, list) => {
                let mut out = Vec::new();
                self.block(block, &mut out)?;
                match list {
                    true => Value::List(out),
                    false => Value::of(out),
                }
            }
            Expression::Map(entries) => {
                let mut map = BTreeMap::new();
                for (name, statement) in entries {
                    let mut out = Vec::new();
                    self.statement(statement, &mut out)?;
                    map.insert(name.clone(), Value::of(out));
                }
                Value::Map(map)
            }
            Expression::List(items) => Value::List(self.values(items)?),
            Expression::Block(block) => Value::Block(block.clone()),
            Expression::Cast(name, value) => {
                let value = self.value(value)?;
                match name.as_str() {
                    "string" => Value::Text(value.shown()),
                    "int" => Value::Number(value.number()?),
                    "bool" => Value::Bool(value.is_true()),
                    "void" => Value::List(Vec::new()),
                    other => return Err(Stop::Error(format!("I do not know the type [{other}]"))),
                }
            }
            Expression::Not(value) => Value::Bool(!self.value(value)?.is_true()),
            Expression::Binary(operator, left, right) => {
                let left = self.value(left)?;
                match operator.as_str() {
                    // The right side of these is looked at only where it matters.
                    "-and" if !left.is_true() => Value::Bool(false),
                    "-or" if left.is_true() => Value::Bool(true),
                    "-and" | "-or" => Value::Bool(self.value(right)?.is_true()),
                    operator => methods::binary(operator, left, self.value(right)?)?,
                }
            }
            Expression::Member(object, name) => self.value(object)?.member(name),
            Expression::Call(object, name, arguments) => {
                let object = self.value(object)?;
                let arguments = self.values(arguments)?;
                methods::call(&object, name, &arguments)?
            }
            Expression::Static(class, name) => methods::constant(class, name)?,
            Expression::StaticCall(class, name, arguments) => {
                let arguments = self.values(arguments)?;
                methods::static_call(self.machine, class, name, &arguments)?
            }
            Expression::Index(object, index) => {
                let (object, index) = (self.value(object)?, self.value(index)?);
                match object {
                    Value::List(items) => usize::try_from(index.number()?)
                        .ok()
                        .and_then(|index| items.get(index).cloned())
                        .unwrap_or(Value::Null),
                    other => other.member(&index.shown().to_lowercase()),
                }
            }
        })
    }
}
