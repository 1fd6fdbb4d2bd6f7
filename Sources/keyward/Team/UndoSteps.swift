/// The reverse of each step of a command, for a failure halfway.
struct UndoSteps {
    private var steps: [() throws -> Void] = []

    /// Adds the reverse of the step that was just done.
    mutating func add(_ step: @escaping () throws -> Void) {
        steps.append(step)
    }

    /// Reverses the steps, the last one first. A step that fails does not stop the others.
    func run() {
        for step in steps.reversed() { try? step() }
    }
}
