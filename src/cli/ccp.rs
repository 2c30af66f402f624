//! `headset ccp build`, `headset ccp embed`, `headset ccp fetch`, `headset ccp preview`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use fs_err as fs;
use headset_kinds::Text;
use headset_kinds::s3::ObjectSpec;
use serde_json::json;

use super::Global;
use super::as_json::AsJson;
use super::environment::{Environment, ReadBlueprint, read_blueprint};
use super::exit::{Exit, Failure};
use super::library;
use super::preview;
use super::rewrite::write_over;
use super::terminal;
use super::validate::{examined, sample_setting};
use crate::report::embed_sheet::{self, Sheet};
use headset_core::diagnostic::has_errors;
use headset_design::pages::library::{PACKAGE, VERSION};
use headset_design::{Product, Site};

/// Work with the pages of the Contact Control Panel.
#[derive(Debug, Subcommand)]
pub(super) enum CcpCommand {
    /// Write the pages as they are published into a folder: to look at them, or to host them elsewhere.
    ///
    /// The instance and the sign-in have to be there, since the pages name both.
    Build(BuildArgs),
    /// Print the worksheet for the administrators of other products whose pages embed the panel: each origin that is approved, and
    /// what Salesforce's package asks for. No account is asked.
    Embed(EmbedArgs),
    /// Fetch the library that the pages load, so that `apply` needs no npm later.
    ///
    /// `plan` and `apply` do the same where they need it. It is kept in HEADSET_CACHE, or in `headset` below the folder
    /// that the system has for caches, and proven by its digest whenever it is used.
    Fetch(FetchArgs),
    /// Show the pages in the browser as they would look, before anything is made.
    ///
    /// They are served on this machine alone, until Ctrl-C. No account is asked: where the pages name what is not there yet,
    /// they have made-up addresses, and in the place of the library a script that says that this is a rehearsal.
    Preview(preview::PreviewArgs),
}

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder, which is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    form: AsJson,
}

#[derive(Debug, Args)]
pub(super) struct EmbedArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One JSON document on standard output instead of the worksheet.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct FetchArgs {
    /// Where from, if not from the registry that npm uses: the package's archive, its folder, or an https address.
    #[arg(long, value_name = "PLACE")]
    from: Option<String>,
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn ccp(global: &Global, command: &CcpCommand) -> Result<Exit, Failure> {
    match command {
        CcpCommand::Build(args) => build(global, args).await,
        CcpCommand::Embed(args) => embed(global, args),
        CcpCommand::Fetch(args) => fetch(args),
        CcpCommand::Preview(args) => preview::preview(global, args).await,
    }
}

async fn build(global: &Global, args: &BuildArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    environment.close().await?;
    let known = &assessed.survey.outputs;
    let objects = environment
        .design
        .resources
        .iter()
        .filter(|(address, _)| address.kind == ObjectSpec::KIND);
    let mut files = Vec::new();
    for (address, wanted) in objects {
        let spec: ObjectSpec = serde_json::from_value(wanted.spec.clone())
            .map_err(|error| Failure::new(format!("{address}: {error}")))?;
        if spec.private {
            continue;
        }
        let content = match &spec.asset {
            Some(digest) => match environment.aws.assets().get(digest) {
                Ok(content) => content.to_vec(),
                Err(_) => library::content(digest).map_err(library::failure)?,
            },
            None => page(&spec.body.resolve(known), &spec.key)?.into_bytes(),
        };
        files.push((spec.key, content));
    }
    if files.is_empty() {
        return Err(Failure::new("the blueprint publishes no pages").help("add a `ccp` section"));
    }
    fs::create_dir_all(&args.out)?;
    for (key, content) in &files {
        write_over(&args.out.join(key), content)?;
    }
    let names: Vec<&str> = files.iter().map(|(key, _)| key.as_str()).collect();
    args.form.talk(
        &format!("{} files are in {}", files.len(), args.out.display()),
        || json!({ "directory": args.out, "files": names }),
    );
    Ok(Exit::Done)
}

/// A page, if all that it names is there.
fn page(body: &Text, key: &str) -> Result<String, Failure> {
    body.known().ok_or_else(|| {
        Failure::new(format!("{key} cannot be written yet: it waits for {body}"))
            .help("`headset apply` makes what it waits for")
    })
}

fn embed(global: &Global, args: &EmbedArgs) -> Result<Exit, Failure> {
    let ReadBlueprint {
        blueprint,
        mut findings,
        ..
    } = read_blueprint(global, &args.file)?;
    findings.extend(examined(&blueprint).1);
    if has_errors(&findings) {
        return Err(Failure::Diagnostics(findings));
    }
    let sites = headset_design::sites(&blueprint);
    if sites.is_empty() {
        return Err(Failure::new("no page of another product embeds the panel")
            .help("add `ccp.embed`, such as `{ salesforce: { domain: acme } }`, or `connect.origins`"));
    }
    let setting = sample_setting(&blueprint);
    let origins = headset_design::origins(&blueprint, &setting);
    if args.json {
        let site = |site: &Site| {
            json!({
                "product": site.product.map(Product::name),
                "pages": site.what,
                "origin": site.origin,
                "source": site.source,
                "read": site.read,
            })
        };
        terminal::versioned_indented(&json!({
            "environment": blueprint.name.value,
            "instance": origins.connect,
            "sites": sites.iter().map(site).collect::<Vec<_>>(),
        }));
        return Ok(Exit::Done);
    }
    terminal::markdown(&embed_sheet::text(&Sheet {
        environment: &blueprint.name.value,
        instance: origins.connect.as_deref(),
        region: &setting.region,
        audio: origins.audio,
        sites: &sites,
    }));
    Ok(Exit::Done)
}

fn fetch(args: &FetchArgs) -> Result<Exit, Failure> {
    let cache = library::fetch(args.from.as_deref()).map_err(library::failure)?;
    args.form.talk(
        &format!("{PACKAGE} {VERSION} is in {}", cache.display()),
        || json!({ "package": PACKAGE, "version": VERSION, "directory": cache }),
    );
    Ok(Exit::Done)
}
