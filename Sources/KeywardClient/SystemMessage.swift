internal import Glibc

/// What the system calls an error number: `No space left on device`.
package func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}
