//! All places of a unit, for a language that reads another text than the one in the file.

use crate::model::{Boundary, BoundaryOutput, Definition, Leaf, LeafUse, Node, Slot, Suppression, Unit};
use crate::text::Span;

impl Unit {
    /// Moves every span of the unit.
    pub(crate) fn map_spans(&mut self, map: &dyn Fn(Span) -> Span) {
        let Unit { nodes, slots, leaves, definitions, suppressions, boundary, .. } = self;
        for Node { span, name_span, .. } in nodes {
            (*span, *name_span) = (map(*span), map(*name_span));
        }
        for Slot { value, span, argument_span, leaves, .. } in slots {
            (*value, *span, *argument_span) = (map(*value), map(*span), map(*argument_span));
            for LeafUse { reference_span, .. } in leaves {
                *reference_span = reference_span.map(map);
            }
        }
        for Leaf { span, .. } in leaves {
            *span = map(*span);
        }
        for Definition { span, .. } in definitions {
            *span = map(*span);
        }
        for Suppression { span, covers, .. } in suppressions {
            (*span, *covers) = (map(*span), map(*covers));
        }
        let Boundary { outputs, .. } = boundary;
        for BoundaryOutput { span, leaves, .. } in outputs {
            *span = map(*span);
            leaves.iter_mut().for_each(|leaf| leaf.span = map(leaf.span));
        }
    }
}
