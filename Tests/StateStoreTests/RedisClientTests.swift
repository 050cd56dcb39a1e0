import Foundation
import RedisClient
import StateStore
import TestSupport
import Testing

/// URLs, logins and the slots of a cluster.
@Suite struct RedisClientTests {
    @Test func urlsAreRead() throws {
        var url = try RedisURL("redis://host")
        #expect(url.topology == .single(.tcp(host: "host", port: 6379)))
        #expect(url.options == RedisConnectionOptions())

        url = try RedisURL("redis://us%40er:p%3A%2F%40s@[::1]:7000/3?timeout=250ms&connect_timeout=2s&name=x%20y", callerOptions: ["name"])
        #expect(url.topology == .single(.tcp(host: "::1", port: 7000)))
        #expect(url.options.user == "us@er")
        #expect(url.options.password == "p:/@s")
        #expect(url.options.database == 3)
        #expect(url.options.commandTimeout == .milliseconds(250))
        #expect(url.options.connectTimeout == .seconds(2))
        #expect(url.callerOptions == ["name": "x y"])
        #expect(url.redacted == "redis://us@er@[::1]:7000/3?name=x y")

        url = try RedisURL("redis+unix://:pw@/run/redis/r.sock?db=2")
        #expect(url.topology == .single(.unix(path: "/run/redis/r.sock")))
        #expect(url.options.user == nil)
        #expect(url.options.password == "pw")
        #expect(url.options.database == 2)
        #expect(url.redacted == "redis+unix:///run/redis/r.sock?db=2")

        url = try RedisURL("redis+sentinel://u:p@a,b:1/main/4?sentinel_user=s&sentinel_password=q")
        #expect(url.topology == .sentinel([.tcp(host: "a", port: 26379), .tcp(host: "b", port: 1)], master: "main"))
        #expect(url.options.database == 4)
        #expect(url.sentinelUser == "s")
        #expect(url.sentinelPassword == "q")
        #expect(url.redacted == "redis+sentinel://u@a:26379,b:1/main/4")

        url = try RedisURL("redis+cluster://a:1,b:2")
        #expect(url.topology == .cluster([.tcp(host: "a", port: 1), .tcp(host: "b", port: 2)]))
        #expect(url.redacted == "redis+cluster://a:1,b:2")
    }

    @Test(arguments: [
        ("rediss://:secret@host", "run stunnel or ghostunnel"), ("http://secret@host", "is no scheme of Redis"),
        ("redis:host", "looks like redis://host:6379/0"), ("redis://", "names no host"), ("redis://a,b", "takes one host"),
        ("redis://h:0", "is no number from 1 to 65535"), ("redis://h:secret", "is no number from 1 to 65535"),
        ("redis://h/x", "the database of the Redis URL is no number"), ("redis://h/0/1", "too many parts"),
        ("redis://secret@h", "a user but no password"), ("redis://:%zz@h", "not followed by two hexadecimal digits"),
        ("redis://h?timeout=5", "a time such as 500ms or 5s"), ("redis://h?timeout=0s", "a time such as"),
        ("redis://h?tiemout=5s", "an unknown option; there are connect_timeout, db, sentinel_password, sentinel_user, timeout"),
        ("redis://:p?secret@h", "names no host"), ("redis://h?secret=1", "an unknown option"),
        ("redis://h:secret@x:1,secret:x", "is no number"),
        ("redis+unix://host", "followed by the path of a socket"), ("redis+sentinel://h", "needs the name of the master"),
        ("redis+cluster://h/1", "no database but 0"),
    ])
    func urlsAreRefused(url: String, message: String) {
        do {
            _ = try RedisURL(url)
            Issue.record("\(url) was read")
        } catch {
            #expect(error.description.contains(message))
            #expect(!error.description.contains("secret"))
        }
    }

    @Test func slotsAreThoseOfTheClusterSpecification() throws {
        #expect(RedisKeySlot.slot(of: "123456789".utf8) == 0x31C3)
        #expect(RedisKeySlot.slot(of: "foo".utf8) == 12182)
        #expect(RedisKeySlot.slot(of: "{user1000}.following".utf8) == RedisKeySlot.slot(of: "user1000".utf8))
        #expect(RedisKeySlot.slot(of: "foo{{bar}}zap".utf8) == RedisKeySlot.slot(of: "{bar".utf8))
        #expect(RedisKeySlot.slot(of: "foo{bar}{zap}".utf8) == RedisKeySlot.slot(of: "bar".utf8))
        #expect(RedisKeySlot.slot(of: "foo{}{bar}".utf8) != RedisKeySlot.slot(of: "bar".utf8))
    }

    @Test func loginsAreChecked() throws {
        let user = "user engine on >pw ~fluxcore:{default}:* +@all -@admin -@dangerous +info +role"
        let server = try RedisServer(["user reader on >pw ~* +@read +@connection", user], password: "adm:in")
        func failure(_ login: String) -> String {
            do {
                _ = try StateStores.open("redis://\(login)127.0.0.1:\(server.port)/0").claim(owner: "a", known: nil)
                return "none"
            } catch {
                guard case .misconfigured(let text) = error else { return "not misconfigured: \(error)" }
                return text
            }
        }
        #expect(failure(":adm%3Ain@") == "none")
        #expect(failure("engine:pw@") == "none")
        #expect(failure("engine:no@").contains("refused the login: WRONGPASS"))
        #expect(failure("").contains("wants another login (Redis: NOAUTH"))
        #expect(failure("reader:pw@").contains("does not let this user do what a state store needs (Redis: NOPERM"))
        let far = try StateStores.open("redis://:adm%3Ain@127.0.0.1:\(server.port)/99")
        #expect { _ = try far.header() } throws: { "\($0)".contains("refused the database 99: ERR") && !"\($0)".contains("adm") }
    }

    @Test func errorsOfServersHaveCodes() {
        #expect(RedisError(reply: "WRONGTYPE Operation") == .server(code: "WRONGTYPE", message: "WRONGTYPE Operation"))
        #expect(RedisError(reply: "unknown") == .server(code: "ERR", message: "unknown"))
    }

    @Test func repliesComeInTheOrderOfCommands() throws {
        let server = try RedisServer()
        let connection = try RedisConnection(to: .unix(path: server.socket), options: RedisConnectionOptions())
        var commands = RedisCommandBuffer()
        commands.append("SET", "k", "v")
        commands.append("GET", "k")
        commands.append("GET", "none")
        commands.append("HSET", "k", "f", "v")
        commands.append("EVAL", "return {1, {'a', 'b'}}", "0")
        try connection.send(commands)
        #expect(try connection.receive() == .status("OK"))
        #expect(try connection.receive() == .bytes(bytes("v")))
        #expect(try connection.receive() == .null)
        #expect { if case .error(let text) = try connection.receive() { throw RedisError(reply: text) } } throws: {
            ($0 as? RedisError)?.endsConnection == false
        }
        #expect(try connection.receive() == .array([.integer(1), .array([.bytes(bytes("a")), .bytes(bytes("b"))])]))
        #expect(try connection.command("CLIENT", "GETNAME").text == "fluxcore")
        connection.close()
        #expect(throws: RedisError.self) { try connection.command("PING") }
    }
}
