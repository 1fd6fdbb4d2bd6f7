/// The changes that callers may ask for, one file each.
///
/// An operation is a value with the parameters of a call. It lists the facts that it needs, decides, and makes the
/// answer when the decision is in force. A new one needs no other code in the core: `Commit` makes it.
///
/// Rules for ``Operation/decide(_:)``:
/// - It uses its ``Decision`` alone: the registry, the directory, the facts and the instant are there.
/// - It is pure. It may run again, with more facts or after other changes; only the last run counts.
/// - It first finds the object of the call and the caller's role, then refuses, then asks for confirmation.
/// - All its writes are in the transaction, with an audit entry for each key that changes.
package enum Operations {}
