/// `rpc.discover`: describes this protocol as an OpenRPC document.
package enum Discover: Method {
    package static let name = "rpc.discover"
    package static let contract = MethodContract(
        reach: .everySocket, role: .anyone, work: .read,
        summary: "Describes this protocol as an OpenRPC document."
    )

    package typealias Params = NoParams

    package typealias Result = JSONText
}
