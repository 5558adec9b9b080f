//! The trust policy of a role, as far as it is written out.

use super::lower::{Lowering, Registry};
use super::module::Resource;
use crate::aws::trust::Trust;

/// Whether EC2 may assume the role.
pub(super) fn trust<'a, R: Registry>(lowering: &mut Lowering<'_, 'a, R>, role: &Resource<'a>) -> Trust {
    let _ = (lowering, role);
    Trust::Unknown
}
