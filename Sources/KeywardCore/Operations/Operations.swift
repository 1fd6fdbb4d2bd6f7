/// The changes that callers may ask for, a file each.
///
/// An operation is a value with the parameters of a call. It names the facts that it needs, decides, and says what the
/// caller is answered when the decision is in force. A new one needs nothing else in the core: `Commit` makes it.
///
/// What must hold of ``Operation/decide(_:)``:
/// - It goes by its ``Decision`` alone: the registry, the directory, the facts and the instant are there.
/// - It is pure. It may run again, with more facts or after others, and only the last run counts.
/// - It first finds what the call is about and what the caller may do, then what forbids it, then what to confirm.
/// - Everything that it writes is in the transaction, with an audit entry for each key that changes.
package enum Operations {}
