/// The two sockets.
package enum ServedSocket: Sendable { case admin, verify }
