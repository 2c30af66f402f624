//! What a script consists of.

/// Statements in order.
pub(super) type Block = Vec<Statement>;

/// A statement, with the line on which it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) line: usize,
    pub(super) what: What,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// `$a = …`, `$a.b = …`, `$a += …`.
    Assign {
        target: Expression,
        adds: bool,
        value: Box<Statement>,
    },
    If {
        cases: Vec<(Pipeline, Block)>,
        otherwise: Option<Block>,
    },
    Foreach {
        name: String,
        over: Pipeline,
        body: Block,
    },
    Function {
        name: String,
        parameters: Vec<String>,
        body: Block,
    },
    Return(Option<Pipeline>),
    Throw(Option<Pipeline>),
    Try {
        body: Block,
        caught: Block,
    },
    Run(Pipeline),
}

/// Commands and expressions, each of which gets what the one before wrote.
pub(super) type Pipeline = Vec<Stage>;

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    Expression(Expression),
    /// A name, a path, or, after `&`, a block; and its arguments.
    Command {
        name: Expression,
        arguments: Vec<Argument>,
    },
}

/// One argument of a command.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Argument {
    /// `-Name`, as it was written.
    Parameter(String),
    Value(Expression),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Text(Vec<Part>),
    Number(i64),
    Variable(String),
    Environment(String),
    /// `(…)`.
    Group(Pipeline),
    /// `@(…)` and `$(…)`: `true` where it is a list in any case.
    Statements(Block, bool),
    Map(Vec<(String, Statement)>),
    List(Vec<Expression>),
    Block(Block),
    Cast(String, Box<Expression>),
    Not(Box<Expression>),
    Binary(String, Box<Expression>, Box<Expression>),
    Member(Box<Expression>, String),
    Call(Box<Expression>, String, Vec<Expression>),
    Static(String, String),
    StaticCall(String, String, Vec<Expression>),
    Index(Box<Expression>, Box<Expression>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Letters(String),
    Value(Expression),
}

impl Expression {
    /// A text without anything that expands.
    pub(super) fn text(text: impl Into<String>) -> Expression {
        Expression::Text(vec![Part::Letters(text.into())])
    }
}
