//! Where a resource has something in a place that takes a profile, in whatever shape.

use crate::aws::slots::{Expected, Shape, SlotSpec, Step};
use crate::cloudformation::intrinsic::{Function, call};
use crate::cloudformation::lower::scope::LoopId;
use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};

/// A value as it is reached from a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResolvedValue {
    pub(crate) value: ValueId,
    /// The alias in the resource's own text through which it is reached.
    pub(crate) alias: Option<ValueId>,
    /// Whether a merge key (`<<`) is on the way.
    pub(crate) merged: bool,
}

/// What is wrong with the shape of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SlotProblem {
    None,
    /// The value, or the key inside, is of another shape.
    Shape,
    /// Name and ARN are both set.
    BothKeys,
    /// A list has several items, and one may be there.
    MultipleValues,
    /// The argument is unknown.
    UnknownArgument,
}

/// A place as a resource fills it.
#[derive(Clone, Debug)]
pub(crate) struct SlotSite {
    pub(crate) spec: &'static SlotSpec,
    /// The mapping that has the argument, and the argument.
    pub(crate) block: ValueId,
    pub(crate) entry: Entry,
    /// The value of the argument, or the branch of an `Fn::If` in it.
    pub(crate) branch: ResolvedValue,
    /// The entry inside an object, such as `Name`.
    pub(crate) inner: Option<Entry>,
    /// The wirings: more than one only in a list.
    pub(crate) values: Vec<ResolvedValue>,
    /// What the place takes once its shape is right; none where the value has to tell.
    pub(crate) expected: Option<Expected>,
    pub(crate) problem: SlotProblem,
    pub(crate) within: Option<LoopId>,
}

impl SlotSite {
    /// Whether its value is the reference itself, with nothing around it.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self.values.as_slice(), [only] if only.value == self.branch.value)
    }
}

/// Aliases that are followed for one template, at most: a bomb of aliases ends here.
const MAX_ALIASES: u32 = 100_000;

/// The property of a nested stack that has what it is given.
const PARAMETERS: Step = Step { key: "Parameters", when: &[], is_list: false };

/// Looks for places.
pub(crate) struct Finder<'t> {
    tree: &'t Tree,
    aliases_left: u32,
}

impl<'t> Finder<'t> {
    pub(crate) fn new(tree: &'t Tree) -> Self {
        Finder { tree, aliases_left: MAX_ALIASES }
    }

    /// All places of one row of the table in one resource.
    pub(crate) fn places(
        &mut self,
        spec: &'static SlotSpec,
        properties: ValueId,
        within: Option<LoopId>,
    ) -> Vec<SlotSite> {
        let start = ResolvedValue { value: properties, alias: None, merged: false };
        let mut blocks = self.blocks(start);
        let mut out = Vec::new();
        if spec.option().is_some() {
            for &block in &blocks {
                self.unknown_arguments(spec, block, within, &mut out);
            }
        }
        for step in spec.within {
            blocks = blocks.into_iter().flat_map(|block| self.step(block, step)).collect();
        }
        for block in blocks {
            self.arguments(spec, block, within, &mut out);
        }
        out
    }

    /// The value that a nested stack is given for a parameter.
    pub(crate) fn given(
        &mut self,
        spec: &'static SlotSpec,
        properties: ValueId,
        parameter: &str,
        within: Option<LoopId>,
    ) -> Vec<SlotSite> {
        let start = ResolvedValue { value: properties, alias: None, merged: false };
        let mut blocks = self.blocks(start);
        blocks = blocks.into_iter().flat_map(|block| self.step(block, &PARAMETERS)).collect();
        let site = |(block, (entry, value)): (ResolvedValue, (Entry, ResolvedValue))| SlotSite {
            spec,
            block: block.value,
            entry,
            branch: value,
            inner: None,
            values: vec![value],
            expected: None,
            problem: SlotProblem::None,
            within,
        };
        blocks.into_iter().filter_map(|block| Some((block, self.member(block, parameter)?))).map(site).collect()
    }

    fn step(&mut self, block: ResolvedValue, step: &Step) -> Vec<ResolvedValue> {
        let Some((_, value)) = self.member(block, step.key) else { return Vec::new() };
        let mut blocks = self.blocks(value);
        blocks.retain(|found| {
            step.when.iter().all(|&(key, literal)| {
                self.tree.member(found.value, key).is_some_and(|value| self.tree.text(value) == Some(literal))
            })
        });
        blocks
    }

    /// Follows an alias.
    pub(crate) fn through(&mut self, reached: ResolvedValue) -> ResolvedValue {
        match self.tree.kind(reached.value) {
            ValueKind::Alias(target) if self.aliases_left > 0 => {
                self.aliases_left -= 1;
                ResolvedValue { value: target, alias: reached.alias.or(Some(reached.value)), merged: reached.merged }
            }
            _ => reached,
        }
    }

    /// The mappings that a value can be: itself, the items of a list, the branches of `Fn::If`.
    fn blocks(&mut self, reached: ResolvedValue) -> Vec<ResolvedValue> {
        let reached = self.through(reached);
        if let Some(branches) = self.branches(reached) {
            return branches.into_iter().flat_map(|branch| self.blocks(branch)).collect();
        }
        match self.tree.kind(reached.value) {
            ValueKind::Mapping(_) if call(self.tree, reached.value).is_none() => vec![reached],
            ValueKind::List(items) => {
                items.iter().flat_map(|&value| self.blocks(ResolvedValue { value, ..reached })).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Both branches, if the value is an `Fn::If`.
    fn branches(&self, reached: ResolvedValue) -> Option<[ResolvedValue; 2]> {
        let call = call(self.tree, reached.value).filter(|call| call.function == Function::If)?;
        let [_, yes, no] = *call.arguments(self.tree) else { return None };
        Some([ResolvedValue { value: yes, ..reached }, ResolvedValue { value: no, ..reached }])
    }

    /// A member of a mapping, looked for in what it merges too.
    fn member(&mut self, block: ResolvedValue, key: &str) -> Option<(Entry, ResolvedValue)> {
        if let Some(entry) = self.tree.entry(block.value, key) {
            return Some((entry, ResolvedValue { value: entry.value, ..block }));
        }
        let merge = self.tree.entry(block.value, "<<")?.value;
        let sources = match self.tree.kind(merge) {
            ValueKind::List(items) => items.to_vec(),
            _ => vec![merge],
        };
        sources.into_iter().find_map(|value| {
            let source = self.through(ResolvedValue { value, merged: true, ..block });
            let entry = self.tree.entry(source.value, key)?;
            Some((entry, ResolvedValue { value: entry.value, ..source }))
        })
    }

    /// The argument of the row, and the unknown arguments that mean it, in one block.
    fn arguments(
        &mut self,
        spec: &'static SlotSpec,
        block: ResolvedValue,
        within: Option<LoopId>,
        out: &mut Vec<SlotSite>,
    ) {
        if let Some((entry, value)) = self.member(block, spec.key) {
            let place = SlotSite {
                spec,
                block: block.value,
                entry,
                branch: value,
                inner: None,
                values: Vec::new(),
                expected: None,
                problem: SlotProblem::None,
                within,
            };
            self.shapes(&place, value, out);
        }
        self.unknown_arguments(spec, block, within, out);
    }

    /// Unknown arguments of one block that mean the row's argument, and that argument in the wrong case.
    fn unknown_arguments(
        &mut self,
        spec: &'static SlotSpec,
        block: ResolvedValue,
        within: Option<LoopId>,
        out: &mut Vec<SlotSite>,
    ) {
        for &entry in self.tree.entries(block.value) {
            let Some(key) = self.tree.text(entry.key) else { continue };
            let is_alias =
                spec.unknown_arguments.contains(&key) || spec.aliases.iter().any(|name| name.eq_ignore_ascii_case(key));
            if key == spec.key || !(is_alias || key.eq_ignore_ascii_case(spec.key)) {
                continue;
            }
            let branch = self.through(ResolvedValue { value: entry.value, ..block });
            out.push(self.misnamed(spec, block, entry, branch, within));
        }
    }

    /// An unknown argument. A profile's own `Role` is a problem of its shape: it could mean nothing else.
    fn misnamed(
        &mut self,
        spec: &'static SlotSpec,
        block: ResolvedValue,
        entry: Entry,
        branch: ResolvedValue,
        within: Option<LoopId>,
    ) -> SlotSite {
        let mut place = SlotSite {
            spec,
            block: block.value,
            entry,
            branch,
            inner: None,
            values: vec![branch],
            expected: None,
            problem: SlotProblem::UnknownArgument,
            within,
        };
        match spec.shape {
            Shape::Value(expected) => {
                place.expected = Some(expected);
                place.values = self.contents(branch);
            }
            Shape::List(expected) => {
                place.expected = Some(expected);
                place.problem =
                    if self.has_several_items(branch) { SlotProblem::MultipleValues } else { SlotProblem::Shape };
                place.values = self.listed(branch).unwrap_or_else(|| vec![branch]);
            }
            Shape::Keys { keys, unknown_keys: misnamed } => {
                if let Some(&[inner]) = self.object(branch)
                    && let Some((expected, _)) = self.key_inside(inner, keys, misnamed)
                {
                    place.inner = Some(inner);
                    place.expected = Some(expected);
                    place.values = vec![ResolvedValue { value: inner.value, ..branch }];
                }
            }
        }
        place
    }

    /// What a key inside an object takes, or would under its right name; and whether it has that.
    fn key_inside(
        &self,
        inner: Entry,
        keys: &'static [(&'static str, Expected)],
        misnamed: &'static [&'static str],
    ) -> Option<(Expected, bool)> {
        let key = self.tree.text(inner.key)?;
        let is_close = |name: &str| name.eq_ignore_ascii_case(key);
        if let Some(&(name, expected)) = keys.iter().find(|(name, _)| is_close(name)) {
            return Some((expected, name == key));
        }
        let first = keys.first().filter(|_| misnamed.iter().any(|name| is_close(name)));
        first.map(|&(_, expected)| (expected, false))
    }

    /// The entries of a mapping that is no function.
    fn object(&self, reached: ResolvedValue) -> Option<&'t [Entry]> {
        match self.tree.kind(reached.value) {
            ValueKind::Mapping(entries) if call(self.tree, reached.value).is_none() => Some(entries),
            _ => None,
        }
    }

    /// Those that are set for sure or perhaps, not to `AWS::NoValue`.
    fn set_entries(&self, reached: ResolvedValue) -> Option<Vec<Entry>> {
        let is_set = |entry: &&Entry| !self.is_no_value(ResolvedValue { value: entry.value, ..reached });
        Some(self.object(reached)?.iter().filter(is_set).copied().collect())
    }

    /// The one that is set, if it is the only one.
    fn only_entry(&self, reached: ResolvedValue) -> Option<Entry> {
        match *self.set_entries(reached)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The values in lists, and in objects of one entry, where one value is expected.
    fn contents(&mut self, reached: ResolvedValue) -> Vec<ResolvedValue> {
        let around: Vec<ResolvedValue> = match self.items(reached.value) {
            Some(items) => items.iter().map(|&value| self.through(ResolvedValue { value, ..reached })).collect(),
            None => vec![reached],
        };
        let inside = |around: ResolvedValue| match self.only_entry(around) {
            Some(only) => ResolvedValue { value: only.value, ..around },
            None => around,
        };
        around.into_iter().filter(|&around| !self.is_no_value(around)).map(inside).collect()
    }

    fn shapes(&mut self, place: &SlotSite, value: ResolvedValue, out: &mut Vec<SlotSite>) {
        let value = self.through(value);
        let place = &SlotSite { branch: value, ..place.clone() };
        match place.spec.shape {
            Shape::Value(expected) => self.one_value(place, value, expected, out),
            Shape::List(expected) => self.list(place, value, expected, out),
            Shape::Keys { keys, unknown_keys: misnamed } => self.keys(place, value, keys, misnamed, out),
        }
    }

    fn one_value(&mut self, place: &SlotSite, value: ResolvedValue, expected: Expected, out: &mut Vec<SlotSite>) {
        let place = SlotSite { expected: Some(expected), ..place.clone() };
        if let Some(branches) = self.branches(value)
            && branches.iter().any(|&branch| self.is_other_shape(branch))
        {
            for branch in branches {
                let branch = self.through(branch);
                self.one_value(&SlotSite { branch, ..place.clone() }, branch, expected, out);
            }
            return;
        }
        if let Some(entries) = self.set_entries(value) {
            let named =
                |entry: &Entry, name: &str| self.tree.text(entry.key).is_some_and(|key| key.eq_ignore_ascii_case(name));
            let problem = match entries.as_slice() {
                [] => return,
                [_] => SlotProblem::Shape,
                [first, second] if named(first, "Name") && named(second, "Arn") => SlotProblem::BothKeys,
                [first, second] if named(first, "Arn") && named(second, "Name") => SlotProblem::BothKeys,
                _ => return out.push(SlotSite { values: vec![value], ..place }),
            };
            out.extend(entries.into_iter().map(|inner| {
                let values = vec![ResolvedValue { value: inner.value, ..value }];
                SlotSite { inner: Some(inner), values, problem, ..place.clone() }
            }));
            return;
        }
        match self.items(value.value) {
            None => out.push(SlotSite { values: vec![value], ..place }),
            Some([]) => {}
            Some(&[only]) => {
                out.push(SlotSite {
                    values: vec![ResolvedValue { value: only, ..value }],
                    problem: SlotProblem::Shape,
                    ..place
                });
            }
            Some(_) => {
                out.push(SlotSite { values: self.contents(value), problem: SlotProblem::MultipleValues, ..place })
            }
        }
    }

    /// Whether a branch of `Fn::If` is an object or a list where one value is expected.
    pub(crate) fn is_other_shape(&mut self, branch: ResolvedValue) -> bool {
        let branch = self.through(branch);
        if let Some(branches) = self.branches(branch) {
            return branches.into_iter().any(|branch| self.is_other_shape(branch));
        }
        let collection = !matches!(self.tree.kind(branch.value), ValueKind::Scalar { .. } | ValueKind::Alias(_));
        collection && call(self.tree, branch.value).is_none()
    }

    fn keys(
        &mut self,
        place: &SlotSite,
        value: ResolvedValue,
        keys: &'static [(&'static str, Expected)],
        misnamed: &'static [&'static str],
        out: &mut Vec<SlotSite>,
    ) {
        if let Some(branches) = self.branches(value) {
            for branch in branches {
                let branch = self.through(branch);
                self.keys(&SlotSite { branch, ..place.clone() }, branch, keys, misnamed, out);
            }
            return;
        }
        if let Some(items) = self.items(value.value) {
            out.extend(self.listed_keys(place, value, items));
            return;
        }
        let Some(entries) = self.set_entries(value) else {
            out.push(SlotSite { values: vec![value], problem: SlotProblem::Shape, ..place.clone() });
            return;
        };
        let mut found = Vec::new();
        let mut surely_set = 0;
        let is_set = !entries.is_empty();
        for inner in entries {
            let Some((expected, is_exact)) = self.key_inside(inner, keys, misnamed) else { continue };
            let (expected, problem) = (Some(expected), if is_exact { SlotProblem::None } else { SlotProblem::Shape });
            let values = vec![ResolvedValue { value: inner.value, ..value }];
            surely_set += usize::from(!self.may_be_no_value(values[0]));
            found.push(SlotSite { inner: Some(inner), values, expected, problem, ..place.clone() });
        }
        if surely_set > 1 {
            found.iter_mut().for_each(|place| place.problem = SlotProblem::BothKeys);
        }
        if found.is_empty() && is_set {
            found.push(SlotSite { values: vec![value], ..place.clone() });
        }
        out.append(&mut found);
    }

    /// An object, or what should be in one, in a list.
    fn listed_keys(&mut self, place: &SlotSite, list: ResolvedValue, items: &[ValueId]) -> Option<SlotSite> {
        let place = SlotSite { values: self.contents(list), problem: SlotProblem::Shape, ..place.clone() };
        match *items {
            [] => None,
            [only] => {
                let item = self.through(ResolvedValue { value: only, ..list });
                Some(SlotSite { inner: self.only_entry(item), ..place })
            }
            _ => Some(SlotSite { problem: SlotProblem::MultipleValues, ..place }),
        }
    }

    fn list(&mut self, place: &SlotSite, value: ResolvedValue, expected: Expected, out: &mut Vec<SlotSite>) {
        let (values, problem) = match self.listed(value) {
            Some(values) if self.has_several_items(value) => (values, SlotProblem::MultipleValues),
            Some(values) if self.is_nested(value) => (values, SlotProblem::Shape),
            Some(values) => (values, SlotProblem::None),
            None => (vec![value], SlotProblem::Shape),
        };
        out.push(SlotSite { values, problem, expected: Some(expected), ..place.clone() });
    }

    /// The items of a list, which may be chosen by `Fn::If`, and those of a list in it; none if the value is no list.
    fn listed(&mut self, value: ResolvedValue) -> Option<Vec<ResolvedValue>> {
        let value = self.through(value);
        if let Some(branches) = self.branches(value) {
            let lists: Vec<Vec<ResolvedValue>> = branches
                .into_iter()
                .map(|branch| self.listed(branch).or_else(|| self.is_no_value(branch).then(Vec::new)))
                .collect::<Option<_>>()?;
            return Some(lists.into_iter().flatten().collect());
        }
        let items = self.items(value.value)?.iter().flat_map(|item| match self.items(*item) {
            Some(inside) => inside,
            None => std::slice::from_ref(item),
        });
        let items = items.map(|&item| ResolvedValue { value: item, ..value });
        Some(items.filter(|&item| !self.is_no_value(item)).collect())
    }

    /// The items of a list that is no function.
    fn items(&self, id: ValueId) -> Option<&'t [ValueId]> {
        match self.tree.kind(id) {
            ValueKind::List(items) if call(self.tree, id).is_none() => Some(items),
            _ => None,
        }
    }

    /// Whether a list, or a branch of it, has a list in it.
    pub(crate) fn is_nested(&mut self, list: ResolvedValue) -> bool {
        let list = self.through(list);
        if let Some(branches) = self.branches(list) {
            return branches.into_iter().any(|branch| self.is_nested(branch));
        }
        self.items(list.value).is_some_and(|items| items.iter().any(|&item| self.items(item).is_some()))
    }

    /// Whether a list, or a branch of it, surely has several items.
    fn has_several_items(&mut self, list: ResolvedValue) -> bool {
        let list = self.through(list);
        if let Some(branches) = self.branches(list) {
            return branches.into_iter().any(|branch| self.has_several_items(branch));
        }
        let items = self.items(list.value).unwrap_or_default();
        items.iter().filter(|&&value| !self.may_be_no_value(ResolvedValue { value, ..list })).count() > 1
    }

    /// Whether a branch of `Fn::If` leaves the key out.
    fn may_be_no_value(&self, reached: ResolvedValue) -> bool {
        match self.branches(reached) {
            Some(branches) => branches.into_iter().any(|branch| self.may_be_no_value(branch)),
            None => self.is_no_value(reached),
        }
    }

    fn is_no_value(&self, reached: ResolvedValue) -> bool {
        call(self.tree, reached.value)
            .is_some_and(|call| call.function == Function::Ref && call.text(self.tree) == Some("AWS::NoValue"))
    }
}
