//! Where the parts of a shadow come from in the JSON that it was made of.

use std::ops::Range;

/// Text of the shadow that stands for text of the JSON file.
#[derive(Clone, Debug)]
struct Piece {
    shadow: Range<usize>,
    json: Range<usize>,
}

impl Piece {
    /// Whether each byte of it stands for one byte; an escape only stands for a whole character.
    fn is_verbatim(&self) -> bool {
        self.shadow.len() == self.json.len()
    }
}

/// The places of a shadow in the JSON file.
#[derive(Clone, Debug, Default)]
pub(super) struct SpanMap {
    /// Values, keys, arguments and blocks.
    nodes: Vec<(Range<usize>, Range<usize>)>,
    /// The nodes by their ends, once all are known.
    by_end: Vec<usize>,
    /// What is inside of strings, in order.
    pieces: Vec<Piece>,
}

impl SpanMap {
    /// A value, key, argument or block.
    pub(super) fn add_node(&mut self, shadow: Range<usize>, json: Range<usize>) {
        self.nodes.push((shadow, json));
    }

    /// Text inside of a string: the same text, or an escape. It comes after all pieces before it.
    pub(super) fn add_piece(&mut self, shadow: Range<usize>, json: Range<usize>) {
        let piece = Piece { shadow, json };
        match self.pieces.last_mut() {
            Some(last)
                if last.is_verbatim()
                    && piece.is_verbatim()
                    && last.shadow.end == piece.shadow.start
                    && last.json.end == piece.json.start =>
            {
                last.shadow.end = piece.shadow.end;
                last.json.end = piece.json.end;
            }
            _ => self.pieces.push(piece),
        }
    }

    /// To be called once all is added.
    pub(super) fn sort(&mut self) {
        self.nodes.sort_by_key(|(shadow, _)| (shadow.start, shadow.end));
        self.by_end = (0..self.nodes.len()).collect();
        self.by_end.sort_by_key(|&number| (self.nodes[number].0.end, usize::MAX - self.nodes[number].0.start));
    }

    /// The range in the JSON file that a range of the shadow stands for.
    pub(super) fn range(&self, shadow: Range<usize>) -> Range<usize> {
        let key = |(shadow, _): &(Range<usize>, Range<usize>)| (shadow.start, shadow.end);
        if let Ok(found) = self.nodes.binary_search_by_key(&(shadow.start, shadow.end), key) {
            return self.nodes[found].1.clone();
        }
        let end = self.end(shadow.end);
        let start = if shadow.is_empty() { end } else { self.start(shadow.start) };
        start.min(end)..end
    }

    /// Where something starts that starts here in the shadow.
    pub(super) fn start(&self, at: usize) -> usize {
        let number = self.pieces.partition_point(|piece| piece.shadow.end <= at);
        if let Some(piece) = self.pieces.get(number).filter(|piece| piece.shadow.start <= at) {
            return piece.json.start + if piece.is_verbatim() { at - piece.shadow.start } else { 0 };
        }
        // Between the pieces there are only brackets, names and signs: the nearest before it is what an error is about.
        let next = self.nodes.partition_point(|(shadow, _)| shadow.start <= at);
        let node = next.checked_sub(1).map(|last| &self.nodes[last]);
        node.map_or(0, |(shadow, json)| if shadow.end <= at { json.end } else { json.start })
    }

    /// Where something ends that ends here in the shadow.
    pub(super) fn end(&self, at: usize) -> usize {
        let number = self.pieces.partition_point(|piece| piece.shadow.end < at);
        if let Some(piece) = self.pieces.get(number).filter(|piece| piece.shadow.start < at) {
            return if piece.is_verbatim() { piece.json.start + (at - piece.shadow.start) } else { piece.json.end };
        }
        let next = self.by_end.partition_point(|&number| self.nodes[number].0.end <= at);
        let node = next.checked_sub(1).map(|last| &self.nodes[self.by_end[last]]);
        node.map_or(0, |(_, json)| json.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a = "x\"y"` for `{"a": "x\u0022y"}`.
    fn map() -> SpanMap {
        let mut map = SpanMap::default();
        map.add_node(0..10, 1..17);
        map.add_node(0..1, 1..4);
        map.add_node(4..10, 6..16);
        map.add_piece(5..6, 7..8);
        map.add_piece(6..8, 8..14);
        map.add_piece(8..9, 14..15);
        map.sort();
        map
    }

    #[test]
    fn whole_nodes_are_found() {
        assert_eq!((map().range(0..10), map().range(0..1), map().range(4..10)), (1..17, 1..4, 6..16));
    }

    #[test]
    fn an_escape_is_mapped_whole() {
        let map = map();
        assert_eq!((map.range(5..6), map.range(6..8), map.range(5..8), map.range(8..9)), (7..8, 8..14, 7..14, 14..15));
        assert_eq!((map.range(8..8), map.range(6..6), map.range(9..9)), (14..14, 8..8, 15..15));
    }
}
