//! Which ipfix the action installs, with a server that has the repository and its release.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::runner::{Job, Runner, on_path, stub};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const INSTALL: &str = "Install ipfix";
const BUILD: &str = "Build ipfix";

/// A runner, and a server with the tags `v0` and `vVERSION` of the action's commit and a branch `main` with another.
struct Site {
    runner: Runner,
    server: tempfile::TempDir,
    /// The commit of the release, and a later one.
    release: String,
    later: String,
}

impl Site {
    /// A site whose release has an archive for this target.
    fn new(target: &str) -> Self {
        let mut runner = Runner::new();
        // An address has no blanks, so this directory has none.
        let server = tempfile::tempdir().unwrap();
        let repository = server.path().join("ipfix-iac/ipfix");
        fs::create_dir_all(&repository).unwrap();
        let git = |arguments: &[&str]| {
            let output = Command::new("git").current_dir(&repository).args(arguments).output().unwrap();
            assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["init", "--quiet", "--bare", "--initial-branch=main"]);
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
        let tree = git(&["write-tree"]);
        let release = git(&[&identity[..], &["commit-tree", "-m", "release", &tree]].concat());
        let later = git(&[&identity[..], &["commit-tree", "-m", "later", "-p", &release, &tree]].concat());
        let tag = format!("v{VERSION}");
        git(&[&identity[..], &["tag", "--annotate", "-m", "release", &tag, &release]].concat());
        git(&["tag", "v0", &release]);
        git(&["tag", "nightly", &later]);
        git(&["update-ref", "refs/heads/main", &later]);
        runner.set("GITHUB_SERVER_URL", &format!("file://{}", server.path().display()));
        runner.github.insert("action_repository".to_owned(), "ipfix-iac/ipfix".to_owned());
        let site = Site { runner, server, release, later };
        site.publish(target);
        site.add_rust();
        site
    }

    /// A file of the bare repository, which also has the releases.
    fn repository(&self, name: &str) -> PathBuf {
        self.server.path().join("ipfix-iac/ipfix").join(name)
    }

    fn asset(&self, name: &str) -> PathBuf {
        self.repository(&format!("releases/download/v{VERSION}")).join(name)
    }

    /// Adds an archive and its checksum to the release.
    fn publish(&self, target: &str) {
        let name = format!("ipfix-{VERSION}-{target}");
        let windows = target.contains("windows");
        let (archive, program) =
            if windows { (format!("{name}.zip"), "ipfix.exe") } else { (format!("{name}.tar.gz"), "ipfix") };
        self.runner.add_program(&format!("build/{name}/{program}"), &stub("released", VERSION, 0));
        let assets = self.asset("");
        fs::create_dir_all(&assets).unwrap();
        let pack: &[&str] = if windows { &["zip", "-q", "-r"] } else { &["tar", "-czf"] };
        let mut command = Command::new(pack[0]);
        command.args(&pack[1..]).arg(assets.join(&archive)).arg(&name).current_dir(self.runner.path("build"));
        assert!(command.status().unwrap().success());
        self.write_sum(&archive);
    }

    fn write_sum(&self, archive: &str) {
        let sum = checksum_command().arg(archive).current_dir(self.asset("")).output().unwrap();
        fs::write(self.asset(&format!("{archive}.sha256")), sum.stdout).unwrap();
    }

    /// Adds a cargo that builds at once.
    fn add_rust(&self) {
        self.runner.add_program("built", &stub("built", VERSION, 0));
        let cargo = r#"#!/usr/bin/env bash
{ printf 'cargo '; for it in "$@"; do printf '<%s>' "$it"; done; echo " ${RUSTFLAGS-no flags}"; } >>"$CALLS"
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin" "$2/build" && cp -p "$HOME/built" "$2/bin/ipfix"
test -f Cargo.toml
"#;
        self.runner.add_program("bin/cargo", cargo);
        self.runner.add_program("bin/rustc", "#!/usr/bin/env bash\necho 'rustc 1.92.0 (abc 2026-01-01)'\n");
    }

    fn run(&mut self, reference: &str) -> Job {
        self.run_with(reference, &[])
    }

    fn run_with(&mut self, reference: &str, inputs: &[(&str, &str)]) -> Job {
        self.runner.github.insert("action_ref".to_owned(), reference.to_owned());
        self.runner.run(inputs)
    }

    /// Lets the site answer for github.com, so that provenance is checked.
    fn become_github(&mut self) {
        let server = self.runner.environment["GITHUB_SERVER_URL"].clone();
        let curl = fs::read_link(self.runner.path("tools/curl")).unwrap();
        let wrapper = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >>"$HOME/downloads"
for it in "$@"; do
  case $it in https://github.com/*) it=SERVER/${it#https://github.com/} ;; esac
  arguments+=("$it")
done
exec 'CURL' "${arguments[@]}" --proto =file
"#;
        let wrapper = wrapper.replace("SERVER", &server).replace("CURL", curl.to_str().unwrap());
        self.runner.add_program("bin/curl", &wrapper);
        self.runner.set("GITHUB_SERVER_URL", "https://github.com");
        fs::write(self.runner.path(".gitconfig"), format!("[url \"{server}/\"]\n\tinsteadOf = https://github.com/\n"))
            .unwrap();
    }

    fn add_gh(&self, help: &str, status: i32) {
        let gh = format!(
            "#!/usr/bin/env bash\ncase $* in *--help) echo 'flags: {help}'; exit ;; esac\necho \"gh $* ($GH_TOKEN)\" >>\"$CALLS\"\nexit {status}\n"
        );
        self.runner.add_program("bin/gh", &gh);
    }
}

/// The command of this machine that computes SHA-256 checksums.
fn checksum_command() -> Command {
    on_path("sha256sum").map_or_else(
        || {
            let mut command = Command::new("shasum");
            command.args(["-a", "256"]);
            command
        },
        Command::new,
    )
}

/// The release ran and nothing was built. There is nothing to say about it, but that its provenance is unknown.
fn took_release(job: &Job) {
    took(job);
    let warnings = job.commands("warning");
    assert!(warnings.len() == 1 && warnings[0].contains(" is not verified: "), "{}", job.log);
    assert!(warnings[0].ends_with("set `install: source`"), "{}", job.log);
}

fn took_verified_release(job: &Job) {
    took(job);
    assert_eq!(job.commands("warning"), Vec::<&str>::new());
}

fn took(job: &Job) {
    assert_eq!(job.status, 0, "{}", job.log);
    assert_eq!(job.steps, [INSTALL, "Run ipfix"], "{}", job.log);
    assert!(job.calls.last().unwrap().starts_with("released "), "{:?}", job.calls);
    assert!(Path::new(&job.outputs["program"]).is_absolute());
    for kind in ["notice", "error"] {
        assert_eq!(job.commands(kind), Vec::<&str>::new());
    }
}

/// ipfix was built, and a command of this kind says why.
fn built(job: &Job, kind: &str, reason: &str) {
    assert_eq!(job.status, 0, "{}", job.log);
    assert!(job.steps.iter().any(|step| step == BUILD), "{:?}", job.steps);
    assert!(job.calls.last().unwrap().starts_with("built "), "{:?}", job.calls);
    let said = job.commands(kind);
    assert!(said.len() == 1 && said[0].starts_with(reason), "{kind} {reason}: {}", job.log);
}

const MUSL: &str = "x86_64-unknown-linux-musl";

#[test]
fn refs_of_the_release() {
    let mut site = Site::new(MUSL);
    for reference in [format!("v{VERSION}"), format!("refs/tags/v{VERSION}"), site.release.clone(), "v0".to_owned()] {
        took_release(&site.run(&reference));
    }
}

#[test]
fn other_refs() {
    let mut site = Site::new(MUSL);
    for reference in
        [site.later.clone(), "main".to_owned(), "nightly".to_owned(), "refs/heads/main".to_owned(), "gone".to_owned()]
    {
        let job = site.run(&reference);
        built(&job, "notice", &format!("{reference} is not the commit of release v{VERSION}; building"));
    }
    // A commit or tag before the release exists.
    let tag = site.repository(&format!("refs/tags/v{VERSION}"));
    fs::remove_file(tag).unwrap();
    let release = site.release.clone();
    built(&site.run(&release), "notice", &format!("{release} is not the commit of release"));
    built(&site.run("v0"), "notice", "v0 is not the commit of release");
    built(
        &site.run("v0.0.9"),
        "warning",
        &format!("ipfix-0.0.9-{MUSL}.tar.gz cannot be downloaded from release v0.0.9"),
    );
}

/// No release has such a tag, whatever its commit is.
#[test]
fn pre_release() {
    let mut site = Site::new(MUSL);
    let tag = format!("v{VERSION}-rc.1");
    fs::write(site.repository(&format!("refs/tags/{tag}")), &site.later).unwrap();
    let job = site.run(&tag);
    built(&job, "notice", &format!("{tag} is not the commit of release v{VERSION}"));
    assert_eq!(job.steps, [INSTALL, BUILD, "Run ipfix"], "{}", job.log);
}

#[test]
fn ambiguous_ref() {
    let mut site = Site::new(MUSL);
    let repository = site.repository("refs");
    fs::copy(repository.join("heads/main"), repository.join("heads/v0")).unwrap();
    built(&site.run("v0"), "notice", "v0 is a tag and a branch");
}

#[test]
fn local_action() {
    let mut site = Site::new(MUSL);
    site.runner.github.insert("action_repository".to_owned(), String::new());
    let job = site.run("");
    built(&job, "notice", "the action is used from a local directory");
    assert_eq!(job.steps, [INSTALL, BUILD, "Run ipfix"], "without a name of the sources, nothing is cached");
    let again = site.run("");
    assert!(again.calls[0].starts_with("cargo "), "the sources may have changed: {:?}", again.calls);
}

#[test]
fn platforms() {
    for (system, architecture, target) in [
        ("Linux", "X64", MUSL),
        ("Linux", "ARM64", "aarch64-unknown-linux-musl"),
        ("macOS", "X64", "x86_64-apple-darwin"),
        ("macOS", "ARM64", "aarch64-apple-darwin"),
    ] {
        let mut site = Site::new(target);
        site.runner.set("RUNNER_OS", system);
        site.runner.set("RUNNER_ARCH", architecture);
        took_release(&site.run("v0"));
        site.runner.set("RUNNER_ARCH", "ARM");
        built(&site.run("v0"), "notice", &format!("there is no release for {system} ARM; building"));
    }
}

#[test]
fn windows() {
    if Command::new("zip").arg("-v").output().is_err() || Command::new("unzip").arg("-v").output().is_err() {
        eprintln!("skipped: no zip and unzip on PATH");
        return;
    }
    let mut site = Site::new("x86_64-pc-windows-msvc");
    site.runner.set("RUNNER_OS", "Windows");
    site.runner.add_program("bin/cygpath", "#!/usr/bin/env bash\nprintf '%s\\n' \"${2//\\\\//}\"\n");
    let job = site.run("v0");
    took_release(&job);
    assert!(job.outputs["program"].ends_with("/ipfix.exe"), "{:?}", job.outputs);
    // The tar of Windows reads zip archives.
    let root = site.runner.file("windows");
    let unzip = fs::read_link(site.runner.path("tools/unzip")).unwrap();
    site.runner.add_program(
        "windows/System32/tar.exe",
        &format!("#!/usr/bin/env bash\nexec '{}' -q \"$2\"\n", unzip.display()),
    );
    site.runner.remove_tool("unzip");
    site.runner.set("SYSTEMROOT", &root);
    took_release(&site.run("v0"));
}

#[test]
fn wrong_download() {
    let mut site = Site::new(MUSL);
    let archive = format!("ipfix-{VERSION}-{MUSL}.tar.gz");
    let sums = site.asset(&format!("{archive}.sha256"));
    let right = fs::read_to_string(&sums).unwrap();
    // A checksum of another file, none at all, and an archive that is not the one of the checksum.
    fs::write(&sums, right.replace("musl", "gnu")).unwrap();
    site.run("v0").failed_with(INSTALL, "nothing was installed");
    // A file of a server that does not send what was asked for.
    for text in ["", "\0\n", "<!doctype html>\n::error::x\n", &right[1..]] {
        fs::write(&sums, text).unwrap();
        built(&site.run("v0"), "warning", &format!("{archive} cannot be downloaded from release v{VERSION}"));
    }
    fs::write(&sums, right.replace("  ", " *").replace('\n', "\r\n")).unwrap();
    took_release(&site.run("v0"));
    fs::remove_file(&sums).unwrap();
    site.run("v0").failed_with(INSTALL, &format!("{archive}.sha256 cannot be downloaded; nothing was installed"));
    fs::write(&sums, &right).unwrap();
    let mut bytes = fs::read(site.asset(&archive)).unwrap();
    bytes.push(0);
    fs::write(site.asset(&archive), bytes).unwrap();
    let job = site.run("v0");
    job.failed_with(INSTALL, "has the SHA-256 checksum");
    assert!(job.calls.is_empty(), "{:?}", job.calls);
}

#[test]
fn program_of_another_version() {
    let mut site = Site::new(MUSL);
    let name = format!("ipfix-{VERSION}-{MUSL}");
    for (text, message) in [
        (stub("released", "0.0.0", 0), "is `ipfix 0.0.0`, not version"),
        ("#!/usr/bin/env bash\nexit 1\n".to_owned(), "does not run on this system; set `install: source`"),
    ] {
        site.runner.add_program(&format!("build/{name}/ipfix"), &text);
        let archive = site.asset(&format!("{name}.tar.gz"));
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(&archive).arg(&name).current_dir(site.runner.path("build"));
        assert!(tar.status().unwrap().success());
        site.write_sum(&format!("{name}.tar.gz"));
        site.run("v0").failed_with(INSTALL, message);
    }
}

#[test]
fn missing_asset() {
    let mut site = Site::new("aarch64-apple-darwin");
    for reference in [format!("v{VERSION}"), "v0".to_owned()] {
        let job = site.run(&reference);
        built(&job, "warning", &format!("ipfix-{VERSION}-{MUSL}.tar.gz cannot be downloaded"));
    }
}

#[test]
fn missing_tools() {
    let mut site = Site::new(MUSL);
    let release = site.release.clone();
    site.runner.remove_tool("git");
    took_release(&site.run(&format!("v{VERSION}")));
    built(&site.run(&release), "warning", "there is no git on PATH to look up which release");
    site.runner.remove_tool("curl");
    built(&site.run(&format!("v{VERSION}")), "warning", "there is no curl on PATH to download release");
    fs::remove_file(site.runner.path("bin/cargo")).unwrap();
    let job = site.run(&format!("v{VERSION}"));
    job.failed_with(INSTALL, "there is no cargo on PATH to build ipfix from source; install Rust 1.");
}

#[test]
fn missing_checksum_tool() {
    let mut site = Site::new(MUSL);
    site.runner.remove_tool("sha256sum");
    site.runner.remove_tool("shasum");
    site.run("v0").failed_with(INSTALL, "neither sha256sum nor shasum");
    let program = checksum_command().get_program().to_str().unwrap().to_owned();
    let arguments = if program == "shasum" { " -a 256" } else { "" };
    let program = on_path(&program).map_or(program, |found| found.to_str().unwrap().to_owned());
    let shasum = format!("#!/usr/bin/env bash\n[ \"$*\" = '-a 256' ] && exec '{program}'{arguments}\n");
    site.runner.add_program("bin/shasum", &shasum);
    took_release(&site.run("v0"));
}

#[test]
fn unreachable_server() {
    let mut site = Site::new(MUSL);
    let gone = site.runner.file("gone");
    site.runner.set("GITHUB_SERVER_URL", &format!("file://{}", gone.replace(' ', "-")));
    built(&site.run("v0"), "warning", "the tags of file://");
    site.runner.set("GITHUB_SERVER_URL", "http://example.org");
    built(&site.run("v0"), "warning", "releases are downloaded only over https");
}

#[test]
fn program_on_the_path() {
    let mut site = Site::new(MUSL);
    site.runner.add_program("bin/ipfix", &stub("from PATH", "0.0.1", 0));
    took_release(&site.run("v0"));
    built(&site.run("main"), "notice", "main is not");
    let job = site.run_with("main", &[("install", "path")]).passed();
    assert_eq!(job.steps, [INSTALL, "Run ipfix"]);
    assert!(job.calls[0].starts_with("from PATH "), "{:?}", job.calls);
    assert_eq!(job.outputs["program"], site.runner.file("bin/ipfix"));
    fs::remove_file(site.runner.path("bin/ipfix")).unwrap();
    site.run_with("v0", &[("install", "path")]).failed_with(INSTALL, "there is no ipfix on PATH");
}

#[test]
fn unknown_way() {
    Site::new(MUSL).run_with("v0", &[("install", "latest")]).failed_with(INSTALL, "the input `install` is `latest`");
}

#[test]
fn builds() {
    let mut site = Site::new(MUSL);
    site.runner.set("RUSTFLAGS", "-D warnings");
    for number in 0..2 {
        let mut site = Site::new(MUSL);
        site.runner.set("RUSTFLAGS", "-D warnings");
        let reference = [format!("v{VERSION}"), site.release.clone()][number].clone();
        let job = site.run_with(&reference, &[("install", "source")]).passed();
        assert_eq!(job.steps, [INSTALL, "Restore the build", BUILD, "Save the build", "Run ipfix"], "{}", job.log);
        let root = format!("{}/ipfix-ipfix-iac+ipfix-{}", site.runner.file("_temp"), site.release);
        let call = format!("cargo <install><--locked><--path><.><--root><{root}><--target-dir><{root}/build> no flags");
        assert_eq!(job.calls[0], call);
        assert_eq!(job.outputs["program"], format!("{root}/bin/ipfix"));
        // A later step of the job, and another job.
        for _ in 0..2 {
            let job = site.run_with(&reference, &[("install", "source")]).passed();
            assert_eq!(job.steps, [INSTALL, "Restore the build", BUILD, "Run ipfix"], "{}", job.log);
            assert!(job.calls.len() == 1 && job.calls[0].starts_with("built "), "{:?}", job.calls);
            fs::remove_dir_all(&root).unwrap();
        }
    }
    // Another compiler, or another system.
    site.runner.add_program("bin/rustc", "#!/usr/bin/env bash\necho 'rustc 1.93.0 (def 2026-02-01)'\n");
    let job = site.run_with(&format!("v{VERSION}"), &[("install", "source")]).passed();
    assert!(job.calls[0].starts_with("cargo "), "{:?}", job.calls);
}

/// The cache has a build only for a commit that is known, of this repository.
#[test]
fn cached_builds() {
    let mut site = Site::new(MUSL);
    let source = [("install", "source")];
    let tag = format!("v{VERSION}");
    let cached = |job: &Job| job.steps.iter().any(|step| step == "Save the build");
    for reference in ["main", "v0", "nightly", "gone", "v0.0.9", "v0.1.0-rc.1", &site.release.clone()[..39]] {
        assert!(!cached(&site.run_with(reference, &source).passed()), "{reference}");
    }
    assert!(cached(&site.run_with(&tag, &source).passed()));
    // The tag moves.
    fs::write(site.repository(&format!("refs/tags/{tag}")), &site.later).unwrap();
    let job = site.run_with(&tag, &source).passed();
    assert!(cached(&job) && job.calls[0].starts_with("cargo "), "{:?}", job.calls);
    // Another repository has the same commit.
    let fork = site.server.path().join("fork");
    fs::create_dir(&fork).unwrap();
    symlink(site.repository(""), fork.join("ipfix")).unwrap();
    site.runner.github.insert("action_repository".to_owned(), "fork/ipfix".to_owned());
    let job = site.run_with(&tag, &source).passed();
    assert!(cached(&job) && job.calls[0].starts_with("cargo "), "{:?}", job.calls);
    // A branch of the same name, and no server.
    fs::write(site.repository(&format!("refs/heads/{tag}")), &site.later).unwrap();
    assert!(!site.run_with(&tag, &source).passed().steps.iter().any(|step| step.contains("the build")));
    site.runner.set("GITHUB_SERVER_URL", "file:///gone");
    assert!(!site.run_with(&tag, &source).passed().steps.iter().any(|step| step.contains("the build")));
}

#[test]
fn wrong_program_in_the_cache() {
    let source = [("install", "source")];
    for text in
        [stub("old", "0.0.1", 0), stub("old", &format!("{VERSION}0"), 0), "#!/usr/bin/env bash\nexit 1\n".to_owned()]
    {
        let mut site = Site::new(MUSL);
        let release = site.release.clone();
        site.runner.add_program("built", &text);
        site.run_with(&release, &source);
        site.runner.add_program("built", &stub("built", VERSION, 0));
        fs::remove_dir_all(site.runner.path(&format!("_temp/ipfix-ipfix-iac+ipfix-{release}"))).unwrap();
        let job = site.run_with(&release, &source);
        built(&job, "warning", &format!("the cached program is not ipfix {VERSION}; building it again"));
        assert!(job.calls[0].starts_with("cargo "), "{:?}", job.calls);
        assert!(!job.steps.iter().any(|step| step == "Save the build"), "the key is taken: {:?}", job.steps);
    }
}

/// Programs that print what a server sends.
#[test]
fn commands_from_servers() {
    let mut site = Site::new(MUSL);
    let git = fs::read_link(site.runner.path("tools/git")).unwrap();
    let text = "echo '::set-output name=program::/bin/false' >&2; echo 'remote: ##[add-path]/tmp' >&2";
    site.runner.add_program("bin/git", &format!("#!/usr/bin/env bash\n{text}\nexec '{}' \"$@\"\n", git.display()));
    let curl = fs::read_link(site.runner.path("tools/curl")).unwrap();
    site.runner.add_program("bin/curl", &format!("#!/usr/bin/env bash\n{text}\nexec '{}' \"$@\"\n", curl.display()));
    let job = site.run("v0");
    took_release(&job);
    assert_eq!(job.heard().len(), 1, "{}", job.log);
    site.runner.add_program("bin/cargo", &format!("#!/usr/bin/env bash\n{text}\nexit 101\n"));
    let job = site.run("main");
    job.failed_with(BUILD, "ipfix cannot be built");
    let heard = job.heard();
    assert!(heard.iter().all(|line| !line.contains("set-output") && !line.contains("##[")), "{heard:?}");
}

#[test]
fn failing_build() {
    let mut site = Site::new(MUSL);
    site.runner.add_program("bin/cargo", "#!/usr/bin/env bash\nexit 101\n");
    site.run("main").failed_with(BUILD, "ipfix cannot be built; it requires Rust 1.");
}

#[test]
fn provenance() {
    let mut site = Site::new(MUSL);
    site.become_github();
    let release = site.release.clone();
    let flags = format!(
        "--repo ipfix-iac/ipfix --signer-workflow ipfix-iac/ipfix/.github/workflows/release.yml --source-ref refs/tags/v{VERSION} --deny-self-hosted-runners"
    );
    site.add_gh("--source-digest", 0);
    for (reference, digest) in
        [(format!("v{VERSION}"), String::new()), (release.clone(), format!(" --source-digest {release}"))]
    {
        let job = site.run(&reference);
        took_verified_release(&job);
        assert_eq!(
            job.calls[0],
            format!("gh attestation verify ipfix-{VERSION}-{MUSL}.tar.gz {flags}{digest} (a token)")
        );
    }
    let downloads = site.runner.read("downloads");
    assert!(downloads.lines().all(|line| line.contains("--proto =https --proto-redir =https")), "{downloads}");
    site.add_gh("--source-digest", 1);
    let job = site.run("v0");
    job.failed_with(INSTALL, "the provenance of");
    // A gh that is too old, none, or no token.
    site.add_gh("", 1);
    let job = site.run("v0");
    took_release(&job);
    assert!(job.commands("warning")[0].contains("is not verified: that requires gh 2.68"), "{}", job.log);
    site.add_gh("--source-digest", 1);
    site.runner.github.insert("token".to_owned(), String::new());
    took_release(&site.run("v0"));
    fs::remove_file(site.runner.path("bin/gh")).unwrap();
    took_release(&site.run("v0"));
}
