//! The modules of a run and those that they call: who calls whom, and what each can know of the others. A template is a module of one file,
//! and calls those that it nests by a path.
//!
//! Raw bytes decide first. Only a module whose value can cross to a module of the run is parsed for its interface, once, its children before it;
//! then its tree goes, and the small interface stays. So the result depends neither on the order of paths nor on the number of threads.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::{self, Callers, Child, Demand, Reader};
use crate::model::{Interface, OutputValue, is_called_profile};
use crate::workspace::config::Settings;
use crate::workspace::discover::{TemplateFile, UnitFiles, module_in};
use crate::workspace::read::Buffers;
use crate::workspace::scan::{self, Scan};
use crate::workspace::unit::{self, LoadedUnit, Surroundings};

/// The maximum number of directories that are searched for the profiles of one module. Others may create a profile.
const MAX_DIRECTORIES: usize = 256;

/// Modules are followed through so many calls.
const MAX_CALLS: usize = 24;

/// A real directory, or the real path of a template. Trees have tens of thousands of them, and bytes are compared much faster than the
/// components of paths.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct RealPath(Arc<OsStr>);

impl RealPath {
    /// Follows all links.
    fn of(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(RealPath::from)
    }

    fn path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl From<PathBuf> for RealPath {
    fn from(path: PathBuf) -> Self {
        RealPath(path.into_os_string().into())
    }
}

/// A module or a template of the run, or one that is called.
struct Module<'u> {
    files: Cow<'u, UnitFiles>,
    /// The settings of the module, or of the first module that calls it.
    settings: Arc<Settings>,
    /// Whether its files are checked.
    is_checked: bool,
    scan: Scan,
    /// The directories, or the files, behind its local sources.
    calls: BTreeMap<String, RealPath>,
    /// Those of them that call this module again.
    circles: BTreeSet<RealPath>,
    /// What others know of it, once that is known.
    interface: Option<Arc<Interface>>,
    callers: Callers,
}

/// The modules of a run and those that they call, by their real directories; templates by their real paths.
#[derive(Default)]
pub(crate) struct Modules<'u> {
    by_path: BTreeMap<RealPath, Module<'u>>,
    /// The real paths of the units of the run, by the paths that the user wrote.
    named: HashMap<&'u Path, RealPath>,
}

impl<'u> Modules<'u> {
    /// Reads what the units can know of each other.
    pub(crate) fn of(units: &'u [(UnitFiles, Arc<Settings>)], buffers: &Buffers) -> Self {
        let named = units.par_iter().map(|(unit, settings)| {
            let (path, module) = Module::read(Cow::Borrowed(unit), settings, true, buffers);
            (unit.path(), path, module)
        });
        let mut modules = Modules::default();
        for (written, path, module) in named.collect::<Vec<_>>() {
            modules.named.insert(written, path.clone());
            modules.by_path.insert(path, module);
        }
        modules.find_children(buffers);
        let needed = modules.needed();
        modules.make_interfaces(&needed, buffers);
        modules.find_callers(buffers);
        modules.find_readers(buffers);
        modules
    }

    /// Adds the modules that are called and not checked.
    fn find_children(&mut self, buffers: &Buffers) {
        let mut open: Vec<RealPath> = self.by_path.keys().cloned().collect();
        while !open.is_empty() {
            let calls: Vec<_> = open.par_iter().map(|path| self.calls_of(path)).collect();
            for (path, calls) in open.iter().zip(calls) {
                if let Some(module) = self.by_path.get_mut(path) {
                    module.calls = calls;
                }
            }
            // Several calls may lead to a child. Its path is the first of theirs by name, so the order of reading does not matter.
            let mut found: BTreeMap<RealPath, (PathBuf, &Module<'u>)> = BTreeMap::new();
            for module in open.iter().filter_map(|path| self.by_path.get(path)) {
                for (source, child) in module.calls.iter().filter(|(_, child)| !self.by_path.contains_key(*child)) {
                    // Above a link there is something else.
                    let path = Some(joined(base(&module.files), source));
                    let path = path.filter(|path| RealPath::of(path).as_ref() == Some(child));
                    let path = path.unwrap_or_else(|| child.path().to_owned());
                    match found.get_mut(child) {
                        Some((known, _)) if *known <= path => {}
                        _ => drop(found.insert(child.clone(), (path, module))),
                    }
                }
            }
            let read = found.into_par_iter().filter_map(|(child, (path, caller))| {
                let files = match *caller.files {
                    UnitFiles::Module(_) => UnitFiles::Module(module_in(&path, child.path()).ok()?),
                    UnitFiles::Template(_) => UnitFiles::Template(TemplateFile { path, is_explicit: false }),
                };
                Some(Module::read(Cow::Owned(files), &caller.settings, false, buffers))
            });
            let read: Vec<(RealPath, Module<'u>)> = read.collect();
            open = read.iter().map(|(path, _)| path.clone()).collect();
            self.by_path.extend(read);
        }
    }

    /// The directories, or the files, behind the local sources of a unit.
    fn calls_of(&self, path: &RealPath) -> BTreeMap<String, RealPath> {
        let Some(module) = self.by_path.get(path) else { return BTreeMap::new() };
        let is_module = matches!(*module.files, UnitFiles::Module(_));
        let directory = if is_module { path.path() } else { path.path().parent().unwrap_or(path.path()) };
        let call = |source: &String| {
            let target = RealPath::from(joined(directory, source));
            // What is known is real already.
            let known = self.by_path.get_key_value(&target).map(|(known, _)| known.clone());
            let target =
                known.or_else(|| RealPath::of(target.path()).filter(|path| path.path().is_dir() == is_module))?;
            is_within_reach(directory, target.path()).then(|| (source.clone(), target))
        };
        module.scan.sources.iter().filter_map(call).collect()
    }

    /// The called modules whose interfaces can matter.
    fn needed(&self) -> BTreeSet<RealPath> {
        let taking = self.leading_to(Scan::takes_inputs);
        let giving = self.leading_to(|scan| scan.has_roles() || scan.has_profiles());
        let mut needed: BTreeSet<RealPath> = BTreeSet::new();
        let mut open: Vec<&RealPath> = Vec::new();
        for module in self.by_path.values().filter(|module| module.is_checked && module.settings.follow_modules()) {
            let scan = &module.scan;
            // An output only matters if it can reach an argument for a profile. What a module gets may be what it gave itself.
            let is_taker = scan.takes_inputs()
                || scan.takes_known_inputs()
                || module.calls.values().any(|child| taking.contains(child));
            let is_reader = is_taker && scan.may_get();
            // A module that is given a role may export a profile of it.
            let may_get = is_reader || is_taker && scan.has_roles();
            let reads_all = is_reader && scan.is_worth_parsing();
            let crosses = |child: &&RealPath| taking.contains(child) || may_get && giving.contains(child) || reads_all;
            open.extend(module.calls.values().filter(crosses));
        }
        while let Some((directory, module)) = open.pop().and_then(|directory| self.by_path.get_key_value(directory)) {
            if needed.insert(directory.clone()) {
                open.extend(module.calls.values().filter(|child| taking.contains(child) || giving.contains(child)));
            }
        }
        needed
    }

    /// The modules in which something is mentioned, and those that call such a module.
    fn leading_to(&self, is_mentioned: impl Fn(&Scan) -> bool) -> BTreeSet<&RealPath> {
        let mut callers: BTreeMap<&RealPath, Vec<&RealPath>> = BTreeMap::new();
        for (directory, module) in &self.by_path {
            for child in module.calls.values() {
                callers.entry(child).or_default().push(directory);
            }
        }
        let own = self.by_path.iter().filter(|(_, module)| is_mentioned(&module.scan));
        let mut open: Vec<&RealPath> = own.map(|(directory, _)| directory).collect();
        let mut leading: BTreeSet<&RealPath> = open.iter().copied().collect();
        while let Some(directory) = open.pop() {
            open.extend(callers.get(directory).into_iter().flatten().filter(|caller| leading.insert(caller)));
        }
        leading
    }

    /// Makes the interfaces of these modules, each after those of the modules that it calls. A call in a circle leads to nothing that is known.
    fn make_interfaces(&mut self, needed: &BTreeSet<RealPath>, buffers: &Buffers) {
        let calls = |directory: &RealPath| {
            let module = self.by_path.get(directory);
            let calls = module.into_iter().flat_map(|module| module.calls.values());
            calls.filter(|child| needed.contains(*child)).cloned().collect::<BTreeSet<RealPath>>()
        };
        let mut waiting: BTreeMap<RealPath, BTreeSet<RealPath>> =
            needed.iter().map(|directory| (directory.clone(), calls(directory))).collect();
        for (directory, circles) in without_circles(&mut waiting) {
            if let Some(module) = self.by_path.get_mut(&directory) {
                module.circles = circles;
            }
        }
        for _ in 0..MAX_CALLS {
            let ready: Vec<RealPath> = waiting
                .iter()
                .filter(|(_, children)| children.iter().all(|child| !waiting.contains_key(child)))
                .map(|(directory, _)| directory.clone())
                .collect();
            if ready.is_empty() {
                break;
            }
            let made: Vec<(RealPath, Option<Arc<Interface>>)> = ready
                .into_par_iter()
                .map(|directory| {
                    let interface = self.interface(&directory, buffers);
                    (directory, interface)
                })
                .collect();
            for (directory, interface) in made {
                waiting.remove(&directory);
                if let Some(module) = self.by_path.get_mut(&directory) {
                    module.interface = interface;
                }
            }
        }
    }

    fn interface(&self, directory: &RealPath, buffers: &Buffers) -> Option<Arc<Interface>> {
        let module = self.by_path.get(directory)?;
        let loaded = self.load(module, Callers::default(), buffers);
        let LoadedUnit { input: Some(input), options, problems, .. } = loaded else { return None };
        let interface = match problems.is_empty() {
            true => check::interface(&input, &options),
            false => Interface::default(),
        };
        Some(Arc::new(interface))
    }

    /// Reads a module whatever its bytes show.
    fn load(&self, module: &Module<'_>, callers: Callers, buffers: &Buffers) -> LoadedUnit {
        let children = self.children(module);
        let surroundings = Surroundings { children, callers, is_worth_parsing: true, ..Surroundings::default() };
        unit::read_with(&module.files, buffers, &module.settings, surroundings)
    }

    /// What is known of the modules that a module calls.
    fn children(&self, module: &Module<'_>) -> BTreeMap<String, Child> {
        if !module.settings.follow_modules() && !module.scan.has_roles() {
            return BTreeMap::new();
        }
        let interfaces = module.calls.values().filter_map(|called| self.by_path.get(called)?.interface.as_ref());
        let has_roles = module.scan.has_roles() || interfaces.into_iter().any(|one| !one.roles.is_empty());
        let child = |(source, directory): (&String, &RealPath)| {
            let called = self.by_path.get(directory)?;
            let mut child = match has_roles {
                true => self.profiles_in(directory),
                false => Child { makes_profiles: true, ..Child::default() },
            };
            if module.settings.follow_modules() && !module.circles.contains(directory) {
                child.interface.clone_from(&called.interface);
                child.is_checked = called.is_checked;
            }
            Some((source.clone(), child))
        };
        module.calls.iter().filter_map(child).collect()
    }

    /// Whether a module, or one that it calls, may create a profile, and the texts around it.
    fn profiles_in(&self, start: &RealPath) -> Child {
        let mut child = Child::default();
        let mut seen: BTreeSet<&RealPath> = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(module) = open.pop().and_then(|directory| self.by_path.get(directory)) {
            child.makes_profiles |= module.scan.makes_profiles || module.scan.has_other_sources;
            child.texts.extend(module.scan.texts.iter().cloned());
            open.extend(module.calls.values().filter(|next| seen.insert(next)));
            if seen.len() > MAX_DIRECTORIES {
                child.makes_profiles = true;
                break;
            }
        }
        child
    }

    /// Notes which modules are called by checked ones, and which of their inputs these leave out.
    fn find_callers(&mut self, buffers: &Buffers) {
        let mut called: BTreeMap<RealPath, Callers> = BTreeMap::new();
        let making = self.leading_to(Scan::has_profiles);
        for caller in self.by_path.values().filter(|module| module.is_checked && module.settings.follow_modules()) {
            // Of a call in a circle, nothing is known, and nothing is said.
            for directory in caller.calls.values().filter(|called| !caller.circles.contains(*called)) {
                let callers = called.entry(directory.clone()).or_default();
                callers.are_checked = true;
                // A profile of what it reads may be its own, or one of another module that it calls.
                let makes = |other: &RealPath| other != directory && making.contains(other);
                if caller.scan.has_profiles() || caller.calls.values().any(makes) {
                    callers.outputs_read.extend(caller.scan.outputs_read.iter().cloned());
                }
                let interface = self.by_path.get(directory).and_then(|module| module.interface.as_ref());
                let defaults = interface.into_iter().flat_map(|interface| {
                    let is_known = |input: &&String| interface.inputs.keys().any(|path| path.name == **input);
                    interface.inputs_with_default.iter().filter(is_known)
                });
                callers.left_out.extend(defaults.filter(|input| !mentions(&caller.files, input, buffers)).cloned());
            }
        }
        for (directory, callers) in called {
            if let Some(module) = self.by_path.get_mut(&directory) {
                module.callers = callers;
            }
        }
    }

    /// Notes which outputs are called profiles, give roles, and are used as profiles by a caller. Such an output may hand on another.
    fn find_readers(&mut self, buffers: &Buffers) {
        let is_doubtful = |child: &RealPath| {
            let module = self.by_path.get(child).filter(|module| module.is_checked);
            let outputs = module.and_then(|module| module.interface.as_ref()).into_iter();
            let mut outputs = outputs.flat_map(|interface| &interface.outputs);
            outputs.any(|(path, output)| matches!(output.value, OutputValue::Role(..)) && is_called_profile(&path.name))
        };
        let callers = self.by_path.iter().filter(|(_, module)| module.is_checked);
        let callers = callers.filter(|(_, module)| module.calls.values().any(is_doubtful));
        let callers: BTreeSet<RealPath> = callers.map(|(path, _)| path.clone()).collect();
        let mut open = callers.clone();
        while !open.is_empty() {
            let demands: Vec<(RealPath, Demand)> =
                open.par_iter().flat_map_iter(|caller| self.demands(caller, buffers)).collect();
            open.clear();
            for (path, demand) in demands {
                let Some(module) = self.by_path.get_mut(&path) else { continue };
                if !module.callers.readers.contains_key(&demand.output) && callers.contains(&path) {
                    open.insert(path);
                }
                let reader = Reader { takes: demand.takes, places: Vec::new() };
                let reader = module.callers.readers.entry(demand.output).or_insert(reader);
                reader.places.push((demand.place, demand.reader));
            }
        }
        for reader in self.by_path.values_mut().flat_map(|module| module.callers.readers.values_mut()) {
            reader.places.sort();
            reader.places.dedup();
        }
    }

    /// What a module wants of those that it calls.
    fn demands(&self, caller: &RealPath, buffers: &Buffers) -> Vec<(RealPath, Demand)> {
        let Some(module) = self.by_path.get(caller) else { return Vec::new() };
        let loaded = self.load(module, module.callers.clone(), buffers);
        let demands = loaded.input.map(|input| check::demands(&input, &loaded.options)).unwrap_or_default();
        let of = |demand: Demand| Some((module.calls.get(&demand.source)?.clone(), demand));
        demands.into_iter().filter_map(of).collect()
    }

    /// What a module of the run is read with.
    pub(crate) fn around(&self, files: &UnitFiles) -> Surroundings {
        let module = self.named.get(files.path()).and_then(|path| self.by_path.get(path));
        let Some(module) = module else { return Surroundings::default() };
        let children = self.children(module);
        let interfaces = children.values().filter_map(|child| child.interface.as_ref());
        let inputs: BTreeSet<String> =
            interfaces.flat_map(|interface| interface.inputs.keys().map(|path| path.name.clone())).collect();
        let callers = module.callers.clone();
        let is_worth_parsing = module.scan.is_worth_parsing() || !callers.readers.is_empty();
        Surroundings { children, callers, inputs, is_worth_parsing, is_plain: module.scan.is_plain }
    }
}

impl<'u> Module<'u> {
    /// Reads the bytes of a unit. Returns its real path too.
    fn read(
        files: Cow<'u, UnitFiles>,
        settings: &Arc<Settings>,
        is_checked: bool,
        buffers: &Buffers,
    ) -> (RealPath, Module<'u>) {
        let path = match &*files {
            UnitFiles::Module(module) => module.real_directory.clone().into(),
            UnitFiles::Template(template) => {
                RealPath::of(&template.path).unwrap_or_else(|| template.path.clone().into())
            }
        };
        let module = Module {
            scan: Scan::of(&files, settings, is_checked, buffers),
            files,
            settings: Arc::clone(settings),
            is_checked,
            calls: BTreeMap::new(),
            circles: BTreeSet::new(),
            interface: None,
            callers: Callers::default(),
        };
        (path, module)
    }
}

/// Takes out the calls that are a part of a circle, and returns them.
fn without_circles(calls: &mut BTreeMap<RealPath, BTreeSet<RealPath>>) -> BTreeMap<RealPath, BTreeSet<RealPath>> {
    // Only what is left when nothing more can be taken away from below has a circle in it or below it.
    let mut left = calls.clone();
    loop {
        let done: Vec<RealPath> = left
            .iter()
            .filter(|(_, to)| to.iter().all(|to| !left.contains_key(to)))
            .map(|(of, _)| of.clone())
            .collect();
        if done.is_empty() {
            break;
        }
        done.iter().for_each(|of| drop(left.remove(of)));
    }
    let reaches = |from: &RealPath, to: &RealPath| {
        let mut seen: BTreeSet<&RealPath> = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(next) = open.pop() {
            if next == to {
                return true;
            }
            open.extend(left.get(next).into_iter().flatten().filter(|next| seen.insert(next)));
        }
        false
    };
    let mut circles: BTreeMap<RealPath, BTreeSet<RealPath>> = BTreeMap::new();
    for (of, to) in calls.iter_mut().filter(|(of, _)| left.contains_key(*of)) {
        let (apart, around) = std::mem::take(to).into_iter().partition(|to| !left.contains_key(to) || !reaches(to, of));
        *to = apart;
        circles.insert(of.clone(), around);
    }
    circles
}

/// Whether a word occurs in the files of a module.
fn mentions(module: &UnitFiles, word: &str, buffers: &Buffers) -> bool {
    let files = module.files().into_iter().filter_map(|path| scan::read(path, true, buffers));
    files.into_iter().any(|bytes| memchr::memmem::find(&bytes, word.as_bytes()).is_some())
}

/// Whether a unit may read another: one of the same git work tree, if it is in one, that nobody has downloaded.
fn is_within_reach(from: &Path, to: &Path) -> bool {
    let mut apart = from.ancestors().take_while(|above| !to.starts_with(above));
    apart.all(|above| !above.join(".git").exists())
        && to.components().all(|part| part != Component::Normal(".terraform".as_ref()))
}

/// The directory that sources start from.
fn base(files: &UnitFiles) -> &Path {
    match files {
        UnitFiles::Module(module) => &module.directory,
        UnitFiles::Template(template) => match template.path.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            parent => parent.unwrap_or(Path::new(".")),
        },
    }
}

/// The directory, or the file, of a local source, as the user would write it.
fn joined(directory: &Path, source: &str) -> PathBuf {
    let mut path = directory.to_owned();
    for part in source.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
        match (part, path.components().next_back()) {
            ("..", Some(Component::Normal(_))) => drop(path.pop()),
            ("..", Some(Component::CurDir) | None) => path = "..".into(),
            (part, Some(Component::CurDir)) => path = part.into(),
            (part, _) => path.push(part),
        }
    }
    if path.as_os_str().is_empty() { ".".into() } else { path }
}

#[cfg(test)]
mod tests;
