/// Headers that every answer has, unless it has its own of that name: nothing here is to be shown, framed, run, guessed or kept
/// by a browser.
enum ResponseHeaders {
    static let always: [(name: String, value: String)] = [
        ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
}
