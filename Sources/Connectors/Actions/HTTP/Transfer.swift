import CCurl
import Glibc

/// One connection after the other to a server, by libcurl: requests are made with it one by one, and a connection is used again
/// where the server allows it. For one thread.
final class Transfer {
    /// What of an answer is kept.
    private static let largestBody = 64 << 10

    /// What the C callbacks see.
    private final class Exchange {
        var body: [UInt8] = []
        var upload: [UInt8] = []
        var sent = 0
        var headers: [String] = []
        var cancellation: Cancellation?
        /// Answers to `RCPT` of the mail that is sent.
        var recipientReplies: [String] = []
        /// True while the answer to a `RCPT` has not come.
        var isRecipientAsked = false

        /// Looks at a command of SMTP before it is sent.
        func note(command: UnsafeRawBufferPointer) {
            // A connection that has broken off is opened again, and the mail begins anew.
            if command.starts(with: "MAIL FROM:".utf8) { recipientReplies = [] }
            isRecipientAsked = command.starts(with: "RCPT TO:".utf8)
        }

        /// Looks at a line of the server. Behind the code of all but the last of an answer stands `-`.
        func note(reply: UnsafeRawBufferPointer) {
            guard isRecipientAsked, reply.count < 4 || reply[3] != UInt8(ascii: "-") else { return }
            isRecipientAsked = false
            recipientReplies.append(String(decoding: reply, as: UTF8.self).filter { !$0.isNewline })
        }
    }

    private static let isStarted: Bool = fx_curl_start() == 0

    private let handle: UnsafeMutableRawPointer
    private let exchange = Exchange()
    private let message: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    /// A transfer that is not connected yet.
    init() {
        precondition(Self.isStarted, "libcurl cannot be set up")
        guard let handle = curl_easy_init() else { preconditionFailure("libcurl gives no handle") }
        self.handle = handle
        message = .allocate(capacity: Int(CURL_ERROR_SIZE) + 1)
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE) + 1)
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        message.deallocate()
    }

    /// Forgets what was set for the request before; keeps connections.
    func begin(_ url: String, protocols: String, options: TransferOptions, cancellation: Cancellation?) {
        curl_easy_reset(handle)
        for list in lists { curl_slist_free_all(list) }
        lists = []
        exchange.body = []
        exchange.headers = []
        exchange.cancellation = cancellation
        message[0] = 0
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, protocols)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, options.connectTimeout / 1_000_000)))
        set(CURLOPT_TIMEOUT_MS, Int(max(1, options.timeout / 1_000_000)))
        set(CURLOPT_SSL_VERIFYPEER, options.verifiesTLS ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, options.verifiesTLS ? 2 : 0)
        // An empty text: none, also where the environment names one.
        set(CURLOPT_PROXY, options.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        if let authorities = options.authorities { set(CURLOPT_CAINFO, authorities) }
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        fx_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
        fx_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        fx_curl_set_data(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let data = UnsafeRawBufferPointer(start: bytes, count: size * count)
            exchange.body += data.prefix(max(0, Transfer.largestBody - exchange.body.count))
            return size * count
        }
        fx_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        fx_curl_set_data(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
            if exchange.headers.count < 256 { exchange.headers.append(line) }
            return size * count
        }
        fx_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context)
        fx_curl_set_progress(handle) { context, _, _, _, _ in
            guard let context else { return 0 }
            return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().cancellation?.isSet == true ? 1 : 0
        }
        set(CURLOPT_NOPROGRESS, 0)
    }

    /// Sets an option that is a number.
    func set(_ option: CURLoption, _ value: Int) { fx_curl_set_number(handle, option, value) }

    /// Sets an option that is a text.
    func set(_ option: CURLoption, _ value: String) { _ = value.withCString { fx_curl_set_text(handle, option, $0) } }

    /// Sets an option that is a list of texts.
    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl_slist_append(list, value) }
        guard let list else { return }
        lists.append(list)
        fx_curl_set_pointer(handle, option, list)
    }

    /// Sets what is sent, and how it is asked for.
    func upload(_ bytes: [UInt8]) {
        exchange.upload = bytes
        exchange.sent = 0
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        fx_curl_set_pointer(handle, CURLOPT_READDATA, context)
        fx_curl_set_data(handle, CURLOPT_READFUNCTION) { target, size, count, context in
            guard let target, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let next = min(size * count, exchange.upload.count - exchange.sent)
            exchange.upload.withUnsafeBytes { upload in
                if next > 0 { memcpy(target, upload.baseAddress! + exchange.sent, next) }
            }
            exchange.sent += next
            return next
        }
    }

    /// Lets a mail be sent when one of its recipients is accepted, and notes what the server says to each.
    func mailToWhomeverIsAccepted() {
        exchange.recipientReplies = []
        exchange.isRecipientAsked = false
        fx_curl_allow_refused_recipients(handle)
        fx_curl_set_pointer(handle, CURLOPT_DEBUGDATA, Unmanaged.passUnretained(exchange).toOpaque())
        fx_curl_set_debug(handle) { _, type, bytes, size, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let data = UnsafeRawBufferPointer(start: bytes, count: size)
            switch type {
            case CURLINFO_HEADER_OUT: exchange.note(command: data)
            case CURLINFO_HEADER_IN: exchange.note(reply: data)
            default: break
            }
            return 0
        }
        // Nothing is printed: all of it goes to the function.
        set(CURLOPT_VERBOSE, 1)
    }

    /// What the server said to each recipient of a mail, in order; as many as were asked.
    var recipientReplies: [String] { exchange.recipientReplies }

    /// Sends bytes as the body of a request of HTTP.
    func post(_ bytes: [UInt8]) {
        exchange.upload = bytes
        set(CURLOPT_POST, 1)
        fx_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        _ = bytes.withUnsafeBytes { body in
            // The library copies what is set with this option.
            fx_curl_set_pointer(
                handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress ?? UnsafeRawPointer(message)))
        }
    }

    /// What came of a request.
    struct Outcome {
        let code: CURLcode
        /// Of HTTP or SMTP; 0: there was no answer.
        let status: Int
        /// The first bytes of the answer's body.
        let body: [UInt8]
        let headers: [String]
        /// What libcurl says of an error.
        let message: String
    }

    /// Does what was set; blocks. Throws when it was cancelled.
    func perform() throws(DeliveryError) -> Outcome {
        let code = curl_easy_perform(handle)
        if code == CURLE_ABORTED_BY_CALLBACK { throw .cancelled }
        let words = message[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: message)
        return Outcome(
            code: code, status: fx_curl_get_number(handle, CURLINFO_RESPONSE_CODE), body: exchange.body, headers: exchange.headers,
            message: words)
    }
}
