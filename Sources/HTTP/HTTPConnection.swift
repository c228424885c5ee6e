import CCurl
import Platform

/// A libcurl handle with its connections, used by one call at a time.
///
/// A multi handle drives the one easy handle, since its poll can be woken from another thread: a
/// request is cancelled at once, not at the next byte.
///
/// `@safe` holds because both handles are made in `init`, freed in `deinit` and stay in this file.
/// `@unchecked Sendable`: the client lends the value to one call at a time; only ``wakeUp()`` may
/// come from elsewhere, which libcurl allows from any thread while the handle lives.
@safe final class HTTPConnection: @unchecked Sendable {
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer

  /// Once a process; libcurl makes this safe to call from any thread since 7.84.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(_ origin: String) throws(HTTPError) {
    guard Self.isReady, let multi = unsafe curl_multi_init() else {
      throw HTTPError(.invalidRequest, origin: origin, detail: "libcurl cannot start")
    }
    guard let easy = unsafe curl_easy_init() else {
      unsafe curl_multi_cleanup(multi)
      throw HTTPError(.invalidRequest, origin: origin, detail: "libcurl is out of memory")
    }
    unsafe self.easy = easy
    unsafe self.multi = multi
    // One server is asked at a time; a redirect's connections need not stay.
    unsafe cc_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 2)
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe curl_multi_cleanup(multi)
  }

  /// Lets a poll return; from any thread.
  func wakeUp() { unsafe curl_multi_wakeup(multi) }

  /// Sends the request and receives the answer.
  func transfer(
    _ request: HTTPRequest, _ target: HTTPTarget, isCancelled: () -> Bool,
    receive: (HTTPHead, RawSpan) -> Bool
  ) throws(HTTPError) -> HTTPHead {
    let outcome: Result<HTTPHead, HTTPError> = withoutActuallyEscaping(receive) { receive in
      let exchange = HTTPExchange(limit: request.bodyByteLimit, receive: receive)
      return catching { () throws(HTTPError) in
        try run(request, target, exchange, isCancelled)
      }
    }
    return try outcome.get()
  }

  private func catching(
    _ body: () throws(HTTPError) -> HTTPHead
  ) -> Result<HTTPHead, HTTPError> {
    do { return .success(try body()) } catch { return .failure(error) }
  }

  private func run(
    _ request: HTTPRequest, _ target: HTTPTarget, _ exchange: HTTPExchange,
    _ isCancelled: () -> Bool
  ) throws(HTTPError) -> HTTPHead {
    // Options of the call before go; connections, sessions and resolved names stay.
    unsafe curl_easy_reset(easy)
    var lines: UnsafeMutablePointer<curl_slist>?
    defer { unsafe curl_slist_free_all(lines) }
    // "Expect: 100-continue" would cost a round trip before a body.
    for header in request.headers + [.init("Expect", "")] {
      let line = header.name + ":" + (header.value.isEmpty ? "" : " \(header.value)")
      guard let longer = unsafe curl_slist_append(lines, line) else {
        throw HTTPError(.invalidRequest, origin: target.origin, detail: "libcurl is out of memory")
      }
      unsafe lines = longer
    }
    let message = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe message.initialize(repeating: 0)
    defer { unsafe message.deallocate() }
    let context = unsafe Unmanaged.passRetained(exchange)
    defer { unsafe context.release() }
    var settings = unsafe HTTPSettings(easy)
    settings.apply(request, target)
    unsafe settings.pointer(CURLOPT_HTTPHEADER, lines)
    unsafe settings.pointer(CURLOPT_ERRORBUFFER, message.baseAddress)
    unsafe settings.pointer(CURLOPT_WRITEDATA, context.toOpaque())
    unsafe settings.pointer(CURLOPT_HEADERDATA, context.toOpaque())
    settings.receivers()
    let code: CURLcode
    if let body = request.body {
      // An empty array may have no address, which libcurl would read as "no body given".
      code = unsafe (body.isEmpty ? [0] : body).withUnsafeBytes { bytes in
        settings.offset(CURLOPT_POSTFIELDSIZE_LARGE, body.count)
        unsafe settings.pointer(CURLOPT_POSTFIELDS, bytes.baseAddress)
        return settings.refusal ?? drive(isCancelled)
      }
    } else {
      code = settings.refusal ?? drive(isCancelled)
    }
    // Nothing in the handle may point here after the call.
    unsafe curl_easy_reset(easy)
    if code == CURLE_OK { return exchange.head }
    let detail = unsafe message.baseAddress.map { unsafe String(cString: $0) } ?? ""
    throw error(code, exchange, request, target, detail: detail, wasCancelled: isCancelled())
  }

  /// Runs the transfer to its end. `CURLE_ABORTED_BY_CALLBACK` stands for a cancelled one.
  private func drive(_ isCancelled: () -> Bool) -> CURLcode {
    guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else { return CURLE_FAILED_INIT }
    defer { unsafe curl_multi_remove_handle(multi, easy) }
    while true {
      if isCancelled() { return CURLE_ABORTED_BY_CALLBACK }
      var running: Int32 = 0
      guard unsafe curl_multi_perform(multi, &running) == CURLM_OK else {
        return CURLE_FAILED_INIT
      }
      var waiting: Int32 = 0
      while let message = unsafe curl_multi_info_read(multi, &waiting) {
        if unsafe message.pointee.msg == CURLMSG_DONE { return unsafe message.pointee.data.result }
      }
      guard unsafe curl_multi_poll(multi, nil, 0, 1000, nil) == CURLM_OK else {
        return CURLE_FAILED_INIT
      }
    }
  }

  private func error(
    _ code: CURLcode, _ exchange: HTTPExchange, _ request: HTTPRequest, _ target: HTTPTarget,
    detail: String, wasCancelled: Bool
  ) -> HTTPError {
    if code == CURLE_ABORTED_BY_CALLBACK && wasCancelled {
      return HTTPError(.cancelled, origin: target.origin)
    }
    // What libcurl says of a callback's refusal is no news.
    if let refusal = exchange.refusal { return HTTPError(refusal, origin: target.origin) }
    let text = detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : detail
    let shown = String(text.prefix(200).map { $0.isNewline || $0.asciiValue ?? 32 < 32 ? " " : $0 })
    return HTTPError(Self.kind(code, request), origin: target.origin, detail: shown)
  }

  private static func kind(_ code: CURLcode, _ request: HTTPRequest) -> HTTPError.Code {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .connect
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
      .tls
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR: .cutOff
    case CURLE_TOO_MANY_REDIRECTS: .redirects(limit: request.redirectLimit)
    // Our own URL was checked: CURLE_UNSUPPORTED_PROTOCOL is an answer or a redirect off HTTP.
    case CURLE_URL_MALFORMAT, CURLE_SSL_CACERT_BADFILE,
      CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT,
      CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
      .invalidRequest
    default: .protocolViolation
    }
  }
}

/// The options of one call, and the first that libcurl refused.
///
/// `@safe` holds because `easy` is lent by the connection that makes the value and outlives it.
@safe private struct HTTPSettings {
  private let easy: UnsafeMutableRawPointer
  private(set) var refusal: CURLcode?

  @unsafe init(_ easy: UnsafeMutableRawPointer) { unsafe self.easy = easy }

  mutating func apply(_ request: HTTPRequest, _ target: HTTPTarget) {
    text(CURLOPT_URL, request.url)
    // A redirect never leads away from HTTP, nor from TLS.
    text(CURLOPT_PROTOCOLS_STR, "http,https")
    text(CURLOPT_REDIR_PROTOCOLS_STR, target.isSecure ? "https" : "http,https")
    number(CURLOPT_FOLLOWLOCATION, request.redirectLimit > 0 ? 1 : 0)
    number(CURLOPT_MAXREDIRS, request.redirectLimit)
    number(CURLOPT_POST, request.body == nil ? 0 : 1)
    // Signals and threads do not mix; names are resolved on a thread of libcurl's own.
    number(CURLOPT_NOSIGNAL, 1)
    number(CURLOPT_SSL_VERIFYPEER, 1)
    number(CURLOPT_SSL_VERIFYHOST, 2)
    if let path = request.authoritiesPath {
      text(CURLOPT_CAINFO, path)
      unsafe pointer(CURLOPT_CAPATH, nil)
    }
    let timeouts = request.timeouts
    number(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connectMilliseconds))
    if let total = timeouts.totalMilliseconds { number(CURLOPT_TIMEOUT_MS, max(1, total)) }
    if let idle = timeouts.idleSeconds {
      number(CURLOPT_LOW_SPEED_LIMIT, 1)
      number(CURLOPT_LOW_SPEED_TIME, max(1, idle))
    }
    if request.acceptsCompression { text(CURLOPT_ACCEPT_ENCODING, "") }
    if target.isLoopback { text(CURLOPT_PROXY, "") }
    number(CURLOPT_TCP_KEEPALIVE, 1)
    keep(unsafe cc_close_sockets_on_exec(easy))
  }

  /// Where bytes go; see ``HTTPExchange``.
  mutating func receivers() {
    keep(
      unsafe cc_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        unsafe HTTPExchange.lent(context).takeHeader(
          UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    keep(
      unsafe cc_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        unsafe HTTPExchange.lent(context).takeBody(
          UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
  }

  mutating func number(_ option: CURLoption, _ value: Int) {
    keep(unsafe cc_set_long(easy, option, value))
  }
  mutating func offset(_ option: CURLoption, _ value: Int) {
    keep(unsafe cc_set_offset(easy, option, curl_off_t(value)))
  }
  mutating func text(_ option: CURLoption, _ value: String) {
    keep(unsafe value.withCString { unsafe cc_set_pointer(easy, option, $0) })
  }
  @unsafe mutating func pointer(_ option: CURLoption, _ value: UnsafeRawPointer?) {
    keep(unsafe cc_set_pointer(easy, option, value))
  }

  private mutating func keep(_ code: CURLcode) {
    if code != CURLE_OK && refusal == nil { refusal = code }
  }
}
