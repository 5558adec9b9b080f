//! Patches applied by other code than the crate's own, and stricter than `git apply`: every line and every count must be right.

/// `before` with a patch of one file applied; none if the patch does not say exactly what is there.
pub(crate) fn applied(before: &[u8], patch: &[u8]) -> Option<Vec<u8>> {
    let old: Vec<&[u8]> = before.split_inclusive(|&byte| byte == b'\n').collect();
    let mut lines = patch.split_inclusive(|&byte| byte == b'\n').skip(2).peekable();
    let (mut at, mut out) = (0, Vec::new());
    while let Some(header) = lines.next() {
        let [old_range, new_range] = ranges(std::str::from_utf8(header).ok()?)?;
        // A hunk without old lines names the line before it.
        let start = if old_range.1 == 0 { old_range.0 } else { old_range.0.checked_sub(1)? };
        out.extend(old.get(at..start)?.concat());
        at = start;
        let (mut taken, mut given) = (0, 0);
        while let Some(line) = lines.next_if(|line| !line.starts_with(b"@@")) {
            let unended = lines.next_if(|line| line.starts_with(b"\\")).is_some();
            let text = &line[1..line.len() - usize::from(unended)];
            if line[0] != b'+' {
                (old.get(at) == Some(&text)).then_some(())?;
                at += 1;
                taken += 1;
            }
            if line[0] != b'-' {
                out.extend_from_slice(text);
                given += 1;
            }
            matches!(line[0], b' ' | b'+' | b'-').then_some(())?;
        }
        ((taken, given) == (old_range.1, new_range.1)).then_some(())?;
    }
    out.extend(old.get(at..)?.concat());
    Some(out)
}

/// First line and count of both sides of `@@ -1,7 +1,12 @@`.
fn ranges(header: &str) -> Option<[(usize, usize); 2]> {
    let mut words = header.strip_prefix("@@ ")?.split(' ');
    let mut range = |sign| {
        let (start, count) =
            words.next()?.strip_prefix(sign).map(|range| range.split_once(',').unwrap_or((range, "1")))?;
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    Some([range('-')?, range('+')?])
}
