import KeywardTesting
import Testing

@Test("Every store keeps the contract", arguments: StoreKind.allCases, StoreContract.all)
func contract(kind: StoreKind, contract: StoreContract) throws {
    try contract.check(kind.make())
}
