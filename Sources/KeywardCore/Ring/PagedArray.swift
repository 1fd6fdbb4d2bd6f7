/// An array in pages: a copy is free, and a change to one element of a shared copy copies one page.
///
/// Lists read such a copy while changes go on.
package struct PagedArray<Element: Sendable>: Sendable {
    private static var pageSize: Int { 128 }

    private var pages: [[Element]] = []
    package private(set) var count = 0

    package init() {}

    package subscript(index: Int) -> Element {
        _read { yield pages[index / Self.pageSize][index % Self.pageSize] }
        _modify { yield &pages[index / Self.pageSize][index % Self.pageSize] }
    }

    package mutating func append(_ element: Element) {
        if count % Self.pageSize == 0 {
            pages.append([])
            pages[pages.count - 1].reserveCapacity(Self.pageSize)
        }
        pages[pages.count - 1].append(element)
        count += 1
    }
}
