internal import HTTPTypes
internal import Hummingbird
internal import KeywardClient

/// Turns failures of handlers into pages.
struct FailurePages: RouterMiddleware {
    let layout: Layout

    func handle(
        _ request: Request, context: ScreenContext, next: (Request, ScreenContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as KeywardError {
            let page = FailurePage(layout: layout, error: error, isRead: request.method != .post)
            return Response(page.status, page.html)
        } catch ScreenFailure.refused(let reason) {
            return Response(layout: layout, reason)
        } catch ScreenFailure.noWorkspace {
            return Response(.forbidden, NoWorkspacePage(layout: layout).html)
        } catch ScreenFailure.viewsOnly(let workspace, let admins) {
            return Response(.forbidden, ViewerPage(layout: layout, workspace: workspace, admins: admins).html)
        } catch ScreenFailure.upgradeRequired(let workspace, let access) {
            return Response(.forbidden, UpgradePage(layout: layout, workspace: workspace, access: access).html)
        } catch let error as HTTPError where error.status == .notFound {
            return Response(layout: layout, .noPage)
        } catch let error as any HTTPResponseError {
            return Response(layout: layout, error.status == .contentTooLarge ? .badForm : .noPage)
        }
    }
}

extension Response {
    /// A page.
    init(_ status: HTTPResponse.Status, _ html: HTML) {
        self.init(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html.text)))
    }

    /// A part of an open page, with its mark; `nil` if the page has this part already.
    init(part: HTML?, mark: String) {
        self = part.map { Response(.ok, $0) } ?? Response(status: .noContent)
        headers[.partMark] = mark
    }

    /// The page for a request that is not served.
    init(layout: Layout, _ reason: RequestRefusal) {
        let page = RefusalPage(layout: layout, reason: reason)
        self.init(page.status, page.html)
    }

    /// Leads to another page, which the browser reads.
    init(goTo address: String) {
        self.init(status: .seeOther, headers: [.location: address])
    }
}

extension HTTPField.Name {
    fileprivate static let partMark = HTTPField.Name("X-Mark")!
}
