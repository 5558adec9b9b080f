use std::fs;

use crate::workspace::discover::*;

/// A directory with the files named, all empty. A name that ends in `/` makes a directory.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(names: &[&str]) -> Self {
        let tree = Tree(tempfile::tempdir().expect("temporary directory"));
        for name in names {
            tree.write(name, "");
        }
        tree
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).expect("directory");
        } else {
            fs::create_dir_all(path.parent().expect("parent")).expect("directory");
            fs::write(path, content).expect("file");
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn discover(&self, paths: &[&str], search: &Search) -> Discovery {
        let paths: Vec<_> = paths.iter().map(|path| self.path(path)).collect();
        discover(&paths, search).expect("good globs")
    }

    /// One line for each unit and for each problem: `dir: a.tf (b.tf)` is a module with `b.tf` as context,
    /// `x.yaml` a template that was found, `x.yaml!` one that was named itself.
    fn found(&self, paths: &[&str]) -> Vec<String> {
        self.found_with(paths, &Search::default())
    }

    fn found_with(&self, paths: &[&str], search: &Search) -> Vec<String> {
        let Discovery { units, problems } = self.discover(paths, search);
        let units = units.iter().map(|unit| match unit {
            UnitFiles::Module(module) => format!("{}: {}", self.name(&module.directory), names(module)),
            UnitFiles::Template(it) => self.name(&it.path) + if it.is_explicit { "!" } else { "" },
        });
        let problems = problems.iter().map(|problem| format!("{}: {}", self.name(&problem.path), problem.message()));
        units.chain(problems).collect()
    }

    fn name(&self, path: &Path) -> String {
        let name = path.strip_prefix(self.0.path()).expect("inside").to_string_lossy();
        let name = name.replace(std::path::MAIN_SEPARATOR, "/");
        if name.is_empty() { ".".to_owned() } else { name }
    }
}

fn names(module: &ModuleFiles) -> String {
    let names = module.files.iter().map(|file| {
        assert_eq!(file.path.parent(), Some(module.directory.as_path()));
        let name = file.path.file_name().expect("a name").to_string_lossy();
        let name = if file.shadowed { format!("{name} shadowed") } else { name.into_owned() };
        if file.is_target { name } else { format!("({name})") }
    });
    names.collect::<Vec<_>>().join(" ")
}

fn excluding(globs: &[&str]) -> Search {
    Search { exclude: globs.iter().map(|&glob| glob.to_owned()).collect(), ..Search::default() }
}

#[test]
fn a_directory_is_searched_for_modules_and_templates() {
    let tree =
        Tree::new(&["b/main.tf", "b/iam.tf", "b/stack.yaml", "a/x.tf.json", "c.json", "README.md", "b/x.tfvars"]);
    assert_eq!(tree.found(&[""]), ["a: x.tf.json", "b: iam.tf main.tf", "b/stack.yaml", "c.json"]);
}

#[test]
fn the_siblings_of_a_named_file_are_context() {
    let tree = Tree::new(&["main.tf", "iam.tf", "x.tf.json", "x.tofu", "stack.yaml", "sub/more.tf", "notes.txt"]);
    assert_eq!(tree.found(&["main.tf"]), [".: (iam.tf) main.tf (x.tf.json) (x.tofu)"]);
    assert_eq!(
        tree.found(&["main.tf", "iam.tf", "stack.yaml"]),
        [".: iam.tf main.tf (x.tf.json) (x.tofu)", "stack.yaml!"]
    );
}

#[test]
fn files_count_once_whatever_way_they_are_named_in_whatever_order() {
    let tree = Tree::new(&["a/main.tf", "a/iam.tf", "a/t.yaml"]);
    let expected = ["a: iam.tf main.tf", "a/t.yaml!"];
    let ways = ["a/t.yaml", "a/./t.yaml", "a", "a//main.tf", "", "a/../a/main.tf"];
    assert_eq!(tree.found(&ways), expected);
    let mut backwards = ways;
    backwards.reverse();
    assert_eq!(tree.found(&backwards), expected);
}

#[test]
fn hidden_and_generated_places_are_passed_over() {
    let tree = Tree::new(&[
        "main.tf",
        ".hidden/a.tf",
        ".dotted.yaml",
        ".terraform/modules/m/a.tf",
        "cdk.out/a.json",
        "sub/cdk.out/a.json",
        "cdktf.out/stacks/web/cdk.tf.json",
        ".aws-sam/build/a.yaml",
        "node_modules/m/package.json",
        ".git/a.yaml",
    ]);
    assert_eq!(tree.found(&[""]), [".: main.tf"]);
    let hidden = Search { hidden: true, no_ignore: true, ..Search::default() };
    assert_eq!(tree.found_with(&[""], &hidden), [".: main.tf", ".dotted.yaml", ".hidden: a.tf"]);
}

#[test]
fn hidden_and_generated_places_are_searched_when_they_are_named() {
    let tree = Tree::new(&[".terraform/modules/m/a.tf", "cdk.out/a.json", "cdk.out/node_modules/b.json", ".x/.y.yaml"]);
    assert_eq!(
        tree.found(&[".terraform", "cdk.out", ".x/.y.yaml"]),
        [".terraform/modules/m: a.tf", ".x/.y.yaml!", "cdk.out/a.json"]
    );
}

#[test]
fn a_file_that_only_has_a_generated_name_is_read() {
    assert_eq!(Tree::new(&["node_modules/"]).found(&[""]).len(), 1);
    assert_eq!(Tree::new(&["a/cdk.out.yaml"]).found(&[""]), ["a/cdk.out.yaml"]);
}

#[test]
fn gitignore_counts_inside_a_work_tree_only() {
    let tree = Tree::new(&["a/main.tf", "a/gen.tf", "b/gen.tf", "c/t.yaml"]);
    tree.write(".gitignore", "gen.tf\nt.yaml\n");
    assert_eq!(tree.found(&[""]), ["a: gen.tf main.tf", "b: gen.tf", "c/t.yaml"]);
    tree.write(".git/", "");
    // What is ignored is context still: Terraform reads it.
    assert_eq!(tree.found(&[""]), ["a: (gen.tf) main.tf"]);
    assert_eq!(tree.found(&["a"]), ["a: (gen.tf) main.tf"]);
    let no_ignore = Search { no_ignore: true, ..Search::default() };
    assert_eq!(tree.found_with(&[""], &no_ignore), ["a: gen.tf main.tf", "b: gen.tf", "c/t.yaml"]);
}

#[test]
fn a_named_file_is_read_whatever_the_ignore_files_say() {
    let tree = Tree::new(&["a/gen.tf", "t.yaml", ".git/"]);
    tree.write(".gitignore", "*\n");
    assert_eq!(tree.found(&["a/gen.tf", "t.yaml"]), ["a: gen.tf", "t.yaml!"]);
    tree.write("a/main.tf", "");
    assert_eq!(
        tree.found(&["", "a/gen.tf"]),
        ["a: gen.tf (main.tf)", ".: no Terraform files or templates in this directory"]
    );
}

#[test]
fn exclude_goes_before_everything() {
    let tree = Tree::new(&["a/main.tf", "a/test.tf", "tests/x.tf", "deep/tests/y.tf", "t.yaml"]);
    assert_eq!(tree.found_with(&[""], &excluding(&["tests/", "test.tf"])), ["a: main.tf (test.tf)", "t.yaml"]);
    let named = ["tests", "a/test.tf", "deep/tests/y.tf", "t.yaml"];
    assert_eq!(tree.found_with(&named, &excluding(&["tests/", "test.tf"])), ["t.yaml!"]);
    assert_eq!(tree.found_with(&[""], &excluding(&["*.tf"])), ["t.yaml"]);
}

#[test]
fn an_invalid_glob_is_refused() {
    let error = discover(&[], &excluding(&["ok/**", "[z-a]"])).expect_err("refused");
    assert_eq!(error.to_string(), "invalid glob `[z-a]`: invalid range; 'z' > 'a'");
}

#[test]
fn tofu_files_shadow_those_of_terraform() {
    let tree = Tree::new(&["a.tf", "a.tofu", "b.tf", "c.tf.json", "c.tofu.json", "d.tofu"]);
    assert_eq!(tree.found(&[""]), [".: a.tf shadowed a.tofu b.tf c.tf.json shadowed c.tofu.json d.tofu"]);
    assert_eq!(tree.found(&["a.tf"]), [".: a.tf shadowed (a.tofu) (b.tf) (c.tf.json shadowed) (c.tofu.json) (d.tofu)"]);
}

#[test]
fn what_cannot_be_looked_at_stops_nothing_else() {
    let tree = Tree::new(&["main.tf", "main.py", "empty/", "a/README.md"]);
    let found = tree.found(&["missing.tf", "main.tf", "main.py", "empty", "a"]);
    assert_eq!(
        found,
        [
            ".: main.tf",
            "a: no Terraform files or templates in this directory",
            "empty: no Terraform files or templates in this directory",
            "main.py: unrecognized file type",
            // Each system has words of its own for this.
            &format!("missing.tf: {}", std::io::Error::from_raw_os_error(2)),
        ]
    );
}

#[test]
fn every_problem_says_what_to_do() {
    let tree = Tree::new(&["main.py"]);
    let problem = &tree.discover(&["main.py"], &Search::default()).problems[0];
    assert_eq!(
        problem.to_string(),
        format!(
            "{}: unrecognized file type; specify .tf, .tofu, .tf.json, .tofu.json, .yaml, .yml, .json, .template or .cfn \
             files, or directories that contain them",
            tree.path("main.py").display()
        )
    );
}

#[test]
fn leftover_temporary_files_are_never_input() {
    let tree = Tree::new(&["main.tf", ".ipfix-a1B2c3.tmp"]);
    let hidden = Search { hidden: true, ..Search::default() };
    assert_eq!(tree.found_with(&[""], &hidden), [".: main.tf"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let files: Vec<_> = (0..300).map(|at| format!("d{}/f{at}.{}", at % 17, ["tf", "yaml", "md"][at % 3])).collect();
    let tree = Tree::new(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let with = |jobs| tree.found_with(&[""], &Search { jobs, ..Search::default() });
    assert!(with(1).len() > 100);
    assert_eq!(with(1), with(7));
}

#[test]
fn standard_input_gets_the_siblings_of_its_name() {
    let tree = Tree::new(&["a/iam.tf", "a/main.tf", "a/t.yaml"]);
    assert_eq!(names(&containing_module(&tree.path("a/main.tf")).expect("a directory")), "(iam.tf) main.tf");
    assert_eq!(names(&containing_module(&tree.path("a/new.tf")).expect("a directory")), "(iam.tf) (main.tf) new.tf");
    assert!(containing_module(&tree.path("b/new.tf")).is_err());
}

#[cfg(unix)]
mod symlinks {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_search_does_not_follow_them_but_a_module_has_them_as_context() {
        let tree = Tree::new(&["shared/common.tf", "env/main.tf", "t.yaml"]);
        symlink("../shared/common.tf", tree.path("env/common.tf")).expect("symlink");
        symlink("../t.yaml", tree.path("env/t.yaml")).expect("symlink");
        symlink("..", tree.path("env/up")).expect("symlink");
        assert_eq!(tree.found(&[""]), ["env: (common.tf) main.tf", "shared: common.tf", "t.yaml"]);
        assert_eq!(tree.found(&["env/common.tf", "env/t.yaml"]), ["env: common.tf (main.tf)", "env/t.yaml!"]);
    }

    #[test]
    fn a_directory_under_two_names_counts_once() {
        let tree = Tree::new(&["dir/main.tf", "dir/t.yaml", "dir/sub/x.tf"]);
        symlink("dir", tree.path("z-link")).expect("symlink");
        let expected = ["dir: main.tf", "dir/sub: x.tf", "dir/t.yaml"];
        assert_eq!(tree.found(&["z-link", "dir"]), expected);
        assert_eq!(tree.found(&["dir", "z-link", ""]), expected);
        assert_eq!(tree.found(&["z-link"]), ["z-link: main.tf", "z-link/sub: x.tf", "z-link/t.yaml"]);
    }

    #[test]
    fn one_that_leads_nowhere_is_a_problem_only_where_it_matters() {
        let tree = Tree::new(&["main.tf", "dir.tf/x.yaml"]);
        symlink("nowhere", tree.path("broken.tf")).expect("symlink");
        symlink("loop.tf", tree.path("loop.tf")).expect("symlink");
        symlink("dir.tf", tree.path("directory.tf")).expect("symlink");
        assert_eq!(tree.found(&[""]), [".: (broken.tf) (loop.tf) main.tf", "dir.tf/x.yaml"]);
        assert_eq!(
            tree.found(&["broken.tf", "loop.tf"]),
            [
                "broken.tf: No such file or directory (os error 2)",
                "loop.tf: Too many levels of symbolic links (os error 40)"
            ]
        );
    }

    #[test]
    fn pipes_are_refused_by_name_and_passed_over_in_a_search() {
        let tree = Tree::new(&["main.tf"]);
        let made = std::process::Command::new("mkfifo").arg(tree.path("pipe.tf")).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(tree.found(&[""]), [".: main.tf"]);
            assert_eq!(tree.found(&["pipe.tf"]), ["pipe.tf: not a regular file"]);
        }
    }
}
