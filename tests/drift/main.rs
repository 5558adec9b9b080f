//! The slot table is complete: every argument of the AWS provider and every property of CloudFormation that mentions an instance profile is a row of
//! it, or a look-alike with a reason (`look_alikes.toml`). And it is right: every row is an argument that exists.
//!
//! The schemas are not part of this repository. `IPFIX_ORACLE_DIR` names a directory with those of the provider's last three major versions, and
//! cfn-lint, which the oracle installs, has those of CloudFormation. `IPFIX_PROVIDER_SCHEMA` names a file with the output of
//! `terraform providers schema -json` for a newer release, `IPFIX_CFN_SCHEMAS` a directory of newer resource schemas. Without any of them, these tests
//! are *ignored*, never passed.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::exit, missing_docs, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use ipfix_iac::aws::slots;
use libtest_mimic::{Arguments, Trial};

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../invariants/mod.rs"]
mod invariants;

mod compare;
mod handmade;
mod look_alikes;
mod schemas;

use compare::{Comparison, Row};
use harness::tools::skipped;
use look_alikes::{Entry, Exceptions};
use schemas::Schema;

/// The schemas of the provider in the directory of the oracle, oldest first.
const PROVIDER_SCHEMAS: [&str; 3] = ["aws4.schema.json.gz", "aws5.schema.json.gz", "aws6.schema.json.gz"];

fn main() {
    let arguments = Arguments::from_args();
    let sources = Sources::find();
    let mut trials = handmade::trials();
    let has_provider = sources.oracle.is_some() || sources.provider.is_some();
    if !has_provider {
        skipped(
            "IPFIX_ORACLE_DIR and IPFIX_PROVIDER_SCHEMA name nothing: the table of arguments is NOT compared with the AWS provider",
        );
    }
    if sources.cloudformation.is_none() {
        skipped(
            "neither the oracle's cfn-lint nor IPFIX_CFN_SCHEMAS: the table of properties is NOT compared with CloudFormation",
        );
    }
    let trial = sources.clone();
    trials.push(
        Trial::test("the_provider_has_no_other_arguments", move || Ok(trial.compare_provider()?))
            .with_ignored_flag(!has_provider),
    );
    let (trial, without) = (sources.clone(), sources.cloudformation.is_none());
    trials.push(
        Trial::test("cloudformation_has_no_other_properties", move || Ok(trial.compare_cloudformation()?))
            .with_ignored_flag(without),
    );
    if terraform_rows().iter().any(|row| row.provider() == "awscc") {
        trials.push(
            Trial::test("awscc_has_no_other_arguments", move || Ok(sources.compare_awscc()?))
                .with_ignored_flag(without),
        );
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Where the schemas are.
#[derive(Clone)]
struct Sources {
    oracle: Option<PathBuf>,
    /// `IPFIX_PROVIDER_SCHEMA`
    provider: Option<PathBuf>,
    /// `IPFIX_CFN_SCHEMAS`, or that of the oracle's cfn-lint.
    cloudformation: Option<PathBuf>,
    is_newer_cloudformation: bool,
}

impl Sources {
    fn find() -> Sources {
        let path = |variable| std::env::var_os(variable).map(PathBuf::from);
        let oracle = path("IPFIX_ORACLE_DIR").filter(|directory| directory.is_dir());
        let newer = path("IPFIX_CFN_SCHEMAS");
        Sources {
            provider: path("IPFIX_PROVIDER_SCHEMA"),
            is_newer_cloudformation: newer.is_some(),
            cloudformation: newer.or_else(|| oracle.as_ref().and_then(|_| cfn_lint())),
            oracle,
        }
    }

    fn compare_provider(&self) -> Result<(), String> {
        let files = self.oracle.iter().flat_map(|directory| PROVIDER_SCHEMAS.map(|file| directory.join(file)));
        let mut schemas = files.map(|file| Schema::of_compressed(&file)).collect::<Result<Vec<_>, _>>()?;
        if let Some(file) = &self.provider {
            let at = |error: String| format!("{}: {error}", file.display());
            let bytes = std::fs::read(file).map_err(|error| at(error.to_string()))?;
            schemas.push(Schema::of_provider(&bytes).map_err(at)?);
        }
        let newest = schemas.last().ok_or("no schema")?;
        // The schemas of CloudFormation are those of `awscc`.
        let rows = terraform_rows().into_iter().filter(|row| row.provider() != "awscc");
        let (rows, others): (Vec<Row>, Vec<Row>) = rows.partition(|row| newest.has_provider(row.provider()));
        let others: BTreeSet<&str> = others.iter().map(Row::provider).collect();
        say(&format!("compared with {}", names(&schemas)));
        if !others.is_empty() {
            say(&format!("NOT compared, because {} does not contain them: providers {others:?}", newest.name));
        }
        let providers: BTreeSet<String> = rows.iter().map(|row| format!("{}_", row.provider())).collect();
        for schema in &mut schemas {
            schema.places.retain(|place, _| providers.iter().any(|start| place.starts_with(start)));
        }
        let exceptions = Exceptions::read()?;
        let is_ours = |entry: &Entry| providers.iter().any(|start| entry.place.starts_with(start));
        result(&Comparison {
            rows,
            schemas,
            look_alikes: exceptions.look_alikes.into_iter().filter(is_ours).collect(),
            absent: exceptions.absent.into_iter().filter(is_ours).collect(),
            is_newer: self.provider.is_some(),
            is_complete: self.oracle.is_some(),
        })
    }

    fn compare_cloudformation(&self) -> Result<(), String> {
        let rows = cloudformation_rows();
        let schema = self.cloudformation_schema(&rows)?;
        let exceptions = Exceptions::read()?;
        say(&format!("compared with {}", schema.name));
        let is_ours = |entry: &Entry| entry.place.starts_with("AWS::");
        result(&Comparison {
            rows,
            schemas: vec![schema],
            look_alikes: exceptions.look_alikes.into_iter().filter(is_ours).collect(),
            absent: exceptions.absent.into_iter().filter(is_ours).collect(),
            is_newer: self.is_newer_cloudformation,
            is_complete: true,
        })
    }

    /// The schemas of CloudFormation stand in for those of the provider, which is generated from them.
    fn compare_awscc(&self) -> Result<(), String> {
        let schema = self.cloudformation_schema(&cloudformation_rows())?.as_awscc();
        let exceptions = Exceptions::read()?;
        let rows = terraform_rows().into_iter().filter(|row| row.provider() == "awscc");
        let renamed = |entry: &Entry| Entry { place: schemas::awscc(&entry.place), ..entry.clone() };
        let look_alikes = exceptions.look_alikes.iter().filter(|entry| entry.place.starts_with("AWS::"));
        result(&Comparison {
            rows: rows.map(|row| row.as_awscc()).collect(),
            schemas: vec![schema],
            look_alikes: look_alikes.chain(&exceptions.not_in_awscc).map(renamed).collect(),
            absent: exceptions.absent.iter().filter(|entry| entry.place.starts_with("awscc_")).map(renamed).collect(),
            is_newer: self.is_newer_cloudformation,
            is_complete: true,
        })
    }

    fn cloudformation_schema(&self, rows: &[Row]) -> Result<Schema, String> {
        let resources: BTreeSet<&str> = rows.iter().map(Row::resource).collect();
        let directory = self.cloudformation.as_ref().ok_or("no directory")?;
        let mut schema = Schema::of_directory(directory, &resources)?;
        // Arguments of the profile itself.
        let profile = format!("{}.", slots::CLOUDFORMATION_PROFILE_ROLE.resource);
        schema
            .places
            .iter_mut()
            .filter(|(place, _)| place.starts_with(&profile))
            .for_each(|(_, it)| it.is_suspicious = false);
        Ok(schema)
    }
}

/// The schemas of cfn-lint in the virtual environment of the oracle, which its first run installs.
fn cfn_lint() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = || variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let environment = variable("IPFIX_ORACLE_VENV").or_else(|| Some(cache()?.join("ipfix-oracle")))?;
    let versions = std::fs::read_dir(environment.join("lib")).ok()?;
    let directories = versions.flatten().map(|it| it.path().join("site-packages/cfnlint/data/schemas/resources"));
    directories.into_iter().find(|directory| directory.is_dir())
}

fn terraform_rows() -> Vec<Row> {
    let profiles = [&slots::TERRAFORM_PROFILE_ROLE, &slots::CLOUD_CONTROL_PROFILE_ROLE];
    slots::TERRAFORM.iter().chain(slots::CLOUD_CONTROL).chain(profiles).map(Row::of).collect()
}

fn cloudformation_rows() -> Vec<Row> {
    slots::CLOUDFORMATION.iter().chain([&slots::CLOUDFORMATION_PROFILE_ROLE]).map(Row::of).collect()
}

fn names(schemas: &[Schema]) -> String {
    schemas.iter().map(|schema| schema.name.as_str()).collect::<Vec<_>>().join("; ")
}

fn result(comparison: &Comparison) -> Result<(), String> {
    let problems: Vec<String> = comparison.problems().into_iter().collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// Says what a pass means.
fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "drift: {what}");
}
