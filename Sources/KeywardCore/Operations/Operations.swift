/// The changes that callers may ask for. Each is a value with the parameters of the call; what it does is its
/// ``Operation/decide(_:)``.
package enum Operations {}
