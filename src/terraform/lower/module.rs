//! The blocks of a module by address, with override files folded in.

use std::collections::HashMap;
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Structure};

use crate::model::{Node, NodeId};
use crate::syntax::hcl;
use crate::syntax::hcl::File;
use crate::syntax::hcl_canonical::canonical;
use crate::syntax::hcl_node::range;
use crate::terraform::file_name::is_override;
use crate::text::{FileId, Sources, Span};

/// A managed resource or a data source, with what override files change of it.
pub(crate) struct Resource<'a> {
    pub(crate) node: NodeId,
    pub(crate) data: bool,
    pub(crate) kind: &'a str,
    pub(crate) label: &'a str,
    /// The base block, then the blocks of override files in their order.
    pub(crate) parts: Vec<(FileId, &'a Block)>,
}

impl<'a> Resource<'a> {
    /// The argument as it is in force: the last file that sets it wins.
    pub(crate) fn argument(&self, key: &str) -> Option<(FileId, &'a Attribute)> {
        self.parts.iter().rev().find_map(|&(file, block)| Some((file, block.body.get_attribute(key)?)))
    }

    /// The block in force for arguments or nested blocks of this name: an override file that has any of them replaces all.
    pub(crate) fn part_with(&self, key: &str) -> Option<(FileId, &'a Block)> {
        let has = |block: &Block| block.body.iter().any(|structure| structure_name(structure) == Some(key));
        self.parts.iter().rev().copied().find(|&(_, block)| has(block))
    }

    /// `aws_iam_role.app`, `data.aws_iam_role.app`
    pub(crate) fn address(&self) -> String {
        address(self.data, self.kind, self.label)
    }
}

pub(crate) fn address(data: bool, kind: &str, label: &str) -> String {
    if data { format!("data.{kind}.{label}") } else { format!("{kind}.{label}") }
}

/// The name of an argument or nested block; for a `dynamic` block the name of what it makes.
pub(crate) fn structure_name(structure: &Structure) -> Option<&str> {
    match structure {
        Structure::Attribute(attribute) => Some(attribute.key.as_str()),
        Structure::Block(block) if block.ident.as_str() == "dynamic" => hcl::label(block, 0),
        Structure::Block(block) => Some(block.ident.as_str()),
    }
}

/// A module's blocks.
pub(crate) struct ModuleIndex<'a> {
    sources: &'a Sources,
    files: &'a [Option<File>],
    pub(crate) resources: Vec<Resource<'a>>,
    /// Calls of modules, in the shape of resources of the type `module`.
    pub(crate) modules: Vec<Resource<'a>>,
    pub(crate) nodes: Vec<Node>,
    module_by_name: HashMap<&'a str, usize>,
    resource_by_name: HashMap<(bool, &'a str, &'a str), usize>,
    node_by_address: HashMap<String, NodeId>,
    locals: HashMap<&'a str, (FileId, &'a Attribute)>,
    /// Addresses that an `import` block brings in.
    pub(crate) imported: Vec<String>,
    /// Addresses that a `moved` or `removed` block speaks of: Terraform wants nothing to be there, or what was elsewhere.
    pub(crate) departed: Vec<String>,
    /// Addresses that a `removed` block takes out of the state without destroying anything.
    pub(crate) left_behind: Vec<String>,
    /// All blocks that are no `locals`, with the node each belongs to.
    pub(crate) blocks: Vec<(FileId, &'a Block, Option<NodeId>)>,
}

/// The file of a block.
#[derive(Clone, Copy)]
struct FilePlace {
    id: FileId,
    overriding: bool,
    accepts_insertions: bool,
}

/// The address of a resource in an argument of an `import`, `moved` or `removed` block, without an index.
fn address_in(text: &str, block: &Block, key: &str) -> Option<String> {
    let address = &block.body.get_attribute(key)?.value;
    let whole = matches!(address, Expression::Traversal(_)).then(|| canonical(&text[range(address)]))?;
    whole.split('[').next().map(str::to_owned)
}

/// What a `removed` block with `destroy = false` leaves in the account.
fn left_behind(text: &str, block: &Block) -> Option<String> {
    let lifecycle = block.body.blocks().find(|inner| inner.ident.as_str() == "lifecycle")?;
    let destroy = &lifecycle.body.get_attribute("destroy")?.value;
    (block.ident.as_str() == "removed" && destroy.as_bool() == Some(false)).then(|| address_in(text, block, "from"))?
}

impl<'a> ModuleIndex<'a> {
    /// Goes through the top level of all files.
    pub(crate) fn new(sources: &'a Sources, files: &'a [Option<File>]) -> Self {
        let mut index = ModuleIndex {
            sources,
            files,
            resources: Vec::new(),
            modules: Vec::new(),
            nodes: Vec::new(),
            module_by_name: HashMap::new(),
            resource_by_name: HashMap::new(),
            node_by_address: HashMap::new(),
            locals: HashMap::new(),
            imported: Vec::new(),
            departed: Vec::new(),
            left_behind: Vec::new(),
            blocks: Vec::new(),
        };
        for overriding in [false, true] {
            for (number, (source, file)) in sources.iter().zip(files).enumerate() {
                if is_override(source) != overriding {
                    continue;
                }
                let id = FileId(u32::try_from(number).unwrap_or(u32::MAX));
                let place = FilePlace { id, overriding, accepts_insertions: source.may_change() && !overriding };
                for block in file.iter().flat_map(|file| file.body.blocks()) {
                    index.add(place, block);
                }
            }
        }
        index
    }

    fn add(&mut self, place: FilePlace, block: &'a Block) {
        let FilePlace { id: file, accepts_insertions: takes_insertions, .. } = place;
        let first = hcl::label(block, 0);
        let text = self.sources[file].text();
        let node = match (block.ident.as_str(), first, hcl::label(block, 1)) {
            ("locals", ..) => return self.add_locals(file, block),
            (mode @ ("resource" | "data"), Some(kind), Some(label)) => {
                Some(self.add_resource(place, block, (mode == "data", kind, label)))
            }
            ("module", Some(name), _) => Some(self.add_module(file, block, name, takes_insertions)),
            ("variable", Some(name), _) => Some(self.node(format!("var.{name}"), file, block, takes_insertions)),
            ("output", Some(name), _) => Some(self.node(format!("output.{name}"), file, block, takes_insertions)),
            ("import", ..) => {
                self.imported.extend(address_in(text, block, "to"));
                None
            }
            ("moved" | "removed", ..) => {
                self.departed.extend(["from", "to"].into_iter().filter_map(|key| address_in(text, block, key)));
                self.left_behind.extend(left_behind(text, block));
                None
            }
            _ => None,
        };
        self.blocks.push((file, block, node));
    }

    /// Only an override file adds to a resource that is there. Terraform refuses a second one of the same name, but directories of examples,
    /// a file each, are full of them: references mean the first, and each is looked at.
    fn add_resource(&mut self, place: FilePlace, block: &'a Block, name: (bool, &'a str, &'a str)) -> NodeId {
        let FilePlace { id: file, overriding, accepts_insertions: takes_insertions } = place;
        if let Some(&known) = self.resource_by_name.get(&name).filter(|_| overriding) {
            self.resources[known].parts.push((file, block));
            return self.resources[known].node;
        }
        let (data, kind, label) = name;
        let node = self.node(address(data, kind, label), file, block, takes_insertions);
        self.resource_by_name.entry(name).or_insert(self.resources.len());
        self.resources.push(Resource { node, data, kind, label, parts: vec![(file, block)] });
        node
    }

    fn add_module(&mut self, file: FileId, block: &'a Block, name: &'a str, takes_insertions: bool) -> NodeId {
        if let Some(&known) = self.module_by_name.get(name) {
            self.modules[known].parts.push((file, block));
            return self.modules[known].node;
        }
        let node = self.node(format!("module.{name}"), file, block, takes_insertions);
        let parts = vec![(file, block)];
        self.module_by_name.insert(name, self.modules.len());
        self.modules.push(Resource { node, data: false, kind: "module", label: name, parts });
        node
    }

    fn add_locals(&mut self, file: FileId, block: &'a Block) {
        for attribute in block.body.attributes() {
            let name = attribute.key.as_str();
            self.locals.insert(name, (file, attribute));
            let at = Span::new(file, attribute.span().unwrap_or_default());
            let heading = Span::new(file, attribute.key.span().unwrap_or_default());
            self.insert(format!("local.{name}"), at, heading, false);
        }
    }

    fn node(&mut self, address: String, file: FileId, block: &Block, takes_insertions: bool) -> NodeId {
        let at = hcl::block_range(block);
        let heading =
            block.labels.last().and_then(hcl_edit::Span::span).unwrap_or(at.start..at.start + block.ident.len());
        self.insert(address, Span::new(file, at), Span::new(file, heading), takes_insertions)
    }

    fn insert(&mut self, address: String, at: Span, heading: Span, takes_insertions: bool) -> NodeId {
        let id = NodeId::from(self.nodes.len());
        self.node_by_address.entry(address.clone()).or_insert(id);
        self.nodes.push(Node {
            address,
            span: at,
            name_span: heading,
            reads: std::collections::BTreeSet::new(),
            accepts_insertions: takes_insertions,
            condition: None,
            loops: Vec::new(),
            turns: 1,
            refers_to_undeclared: false,
            possible_override: None,
        });
        id
    }

    /// The text of a place.
    pub(crate) fn text(&self, at: &Span) -> &'a str {
        self.sources.get(at.file.0 as usize).and_then(|source| source.text().get(at.range())).unwrap_or_default()
    }

    /// An expression in its canonical spelling.
    pub(crate) fn canonical(&self, file: FileId, expression: &Expression) -> String {
        canonical(self.text(&Span::new(file, range(expression))))
    }

    /// Whether a span is in an object that has a duplicate key.
    pub(crate) fn is_in_repeated(&self, file: FileId, at: &Range<usize>) -> bool {
        let file = self.files.get(file.0 as usize).and_then(Option::as_ref);
        file.is_some_and(|file| file.repeated.iter().any(|object| object.start <= at.start && at.end <= object.end))
    }

    /// The resource or data source of this name, by its place in `resources`.
    pub(crate) fn find(&self, data: bool, kind: &str, label: &str) -> Option<usize> {
        self.resource_by_name.get(&(data, kind, label)).copied()
    }

    /// The call of a module by its name.
    pub(crate) fn module(&self, name: &str) -> Option<&Resource<'a>> {
        self.module_by_name.get(name).map(|&number| &self.modules[number])
    }

    /// The value of a local.
    pub(crate) fn local(&self, name: &str) -> Option<(FileId, &'a Expression)> {
        self.locals.get(name).map(|&(file, attribute)| (file, &attribute.value))
    }

    /// Whether a variable is declared as a list, a map, an object or the like.
    pub(crate) fn is_collection(&self, name: &str) -> bool {
        let declared = self.node_at(&format!("var.{name}"));
        let mut blocks = self.blocks.iter().filter(|(_, _, node)| node.is_some() && *node == declared);
        let kind = blocks.find_map(|(_, block, _)| block.body.get_attribute("type"));
        kind.is_some_and(
            |kind| matches!(&kind.value, Expression::FuncCall(call) if call.name.name.as_str() != "optional"),
        )
    }

    /// All locals.
    pub(crate) fn locals(&self) -> impl Iterator<Item = (&'a str, FileId, &'a Expression)> + '_ {
        self.locals.iter().map(|(&name, &(file, attribute))| (name, file, &attribute.value))
    }

    /// The node with this address.
    pub(crate) fn node_at(&self, address: &str) -> Option<NodeId> {
        self.node_by_address.get(address).copied()
    }
}
