# The last quarter of an hour at once, then on at the pace of the clock. Every few seconds another incident comes to its end;
# those that take minutes have begun in the past.

# More incidents than the day has.

# An address tries one password on many users.
function sprayed_password(at, address,    i) {
    for (i = 0; i < 9; i++) login(at + 20 * i, "user" 100 + i, address, "vpn", "failure")
}
# A user is in two countries within minutes.
function traveller(at, user) {
    login(at, user, "192.0.2.250", "mail", "success")
    login(at + 600, user, "198.51.100.250", "mail", "success")
}
# A process writes a dump of LSASS.
function dumped_memory(at, id) {
    process(at, id, id - 1, "rundll32.exe", "rundll32 comsvcs.dll MiniDump 612 lsass.dmp full")
    emit("sysmon", at + 1, "\"EventID\":11," text("ProcessGuid", "{" id "}") "," text("TargetFilename", "C:\\\\Temp\\\\lsass.dmp"))
    emit("sysmon", at + 2, "\"EventID\":10," text("SourceProcessGUID", "{" id "}") "," \
        text("TargetImage", "C:\\\\Windows\\\\System32\\\\lsass.exe") "," text("GrantedAccess", "0x1FFFFF"))
}
# Data leaves in the names of DNS queries.
function tunnel(at, from, domain,    i) {
    for (i = 0; i < 12; i++)
        query(at + 5 * i, from, domain, "dnxhg3lfoqqhg2lomvsgy2lumvzsa43v" chance(1000000) ".a7b3c9d1e5")
}
# Closed ports, then an open one.
function port_scan(at, from, to,    i, ports) {
    split("21 22 23 25 80 110 139 143", ports, " ")
    for (i = 1; i <= 8; i++) connection(at + i - 1, from, to, ports[i], 60, "refused")
    connection(at + 8, from, to, 445, 1200, "established")
}
# A new access key is used elsewhere.
function stolen_key(at, actor, key, address) {
    call(at, "111", actor, "CreateAccessKey", "," text("sourceIPAddress", "192.0.2.1") ",\"responseElements\":{" \
        text("accessKeyId", key) "}")
    call(at + 90, "111", actor, "ListBuckets", "," text("sourceIPAddress", address) ",\"userIdentity\":{" \
        text("accessKeyId", key) "}")
}
# Refused calls, then administrator rights and their use; its rule is in shadow.
function escalation(at, actor,    i) {
    for (i = 0; i < 4; i++) call(at + 10 * i, "111", actor, "ListUsers", "," text("errorCode", "AccessDenied"))
    call(at + 60, "111", actor, "AttachUserPolicy", ",\"requestParameters\":{" \
        text("policyArn", "arn:aws:iam::aws:policy/AdministratorAccess") "}")
    call(at + 70, "111", actor, "CreateUser")
}
# Deposits that stay below the reporting threshold.
function split_deposits(at, customer,    i) {
    for (i = 0; i < 3; i++)
        emit("payments", at + 60 * i, text("type", "deposit") "," text("customer", customer) ",\"amount\":" 4100 + 300 * i "," \
            text("branch", "branch-" i))
}
# A password reset, a new payee, and the money is gone.
function emptied_account(at, name, payee) {
    pay(at, "password_reset", name)
    pay(at + 30, "email_changed", name)
    pay(at + 60, "payee_added", name, "," text("payee", payee))
    pay(at + 120, "transfer", name, "," text("payee", payee) ",\"amount\":5000," text("status", "booked"))
}
# A new card is charged before anybody verified it.
function new_card(at, name, card) {
    pay(at, "card_added", name, "," text("card", card))
    charge(at + 45, name, card, 780)
}
# A deployment, warnings, then errors.
function bad_release(at, name, version,    i) {
    service(at, name, "deployment_finished", "," text("version", version))
    for (i = 0; i < 2; i++) service(at + 20 + 10 * i, name, "log", "," text("severity", "warning"))
    for (i = 0; i < 5; i++) service(at + 40 + 2 * i, name, "log", "," text("severity", "error"))
}
# Traffic goes to a version that never became healthy.
function blind_release(at, name, version) {
    service(at, name, "deployment_finished", "," text("version", version))
    service(at + 150, name, "traffic_shifted", "," text("version", version))
}
# Memory grows until the kernel ends the process.
function leak(at, name, id,    i) {
    for (i = 0; i < 6; i++) service(at + 10 * i, name, "heap_sample", ",\"pid\":" id ",\"heap\":" 500 + 120 * i)
    service(at + 60, name, "oom_kill", ",\"pid\":" id)
}
# A batch that gets through, and one that began four hours ago and did not.
function batch(at, run) {
    step(at, run, "extract", "done")
    step(at + 30, run, "transform", "done")
    step(at + 60, run, "load", "done")
}
function step(second, run, name, status) {
    emit("ops", second, text("job", "warehouse") "," text("run", run) "," text("kind", "job_step") "," text("step", name) "," \
        text("status", status))
}

# The incident of a number comes to its end, or to what is most telling, in the second `end`.
function incident(number, end,    kind, round, user, outside, inside) {
    kind = number % 24
    round = int(number / 24)
    user = name_of[number % names + 1] (round ? "-" round : "")
    outside = "198.51.100." 1 + number % 250
    inside = "10.1.1." 1 + number % 250
    if (kind == 0) guessed_password(end - 50, user, outside)
    else if (kind == 1) port_scan(end - 8, inside, "10.2.2." 1 + round % 250)
    else if (kind == 2) stolen_card(end - 300, "a-" user, "c-" user)
    else if (kind == 3) ransomware(end - 60, 50001 + 1001 * round)
    else if (kind == 4) public_bucket(end - 900, 400 + round, user, "invoices-" round)
    else if (kind == 5) login(end, user, "192.0.2.251", "prod-db", "success")
    else if (kind == 6) implant(end - 540, inside, outside)
    else if (kind == 7) stopped_service(end - 600, "search-" round)
    else if (kind == 8) stolen_key(end - 90, user, "AK" number, outside)
    else if (kind == 9) emptied_account(end - 120, "a-" user, "p" number)
    else if (kind == 10) tired_user(end - 160, user, outside)
    else if (kind == 11) dumped_memory(end - 2, 90002 + 1001 * round)
    else if (kind == 12) crashing_service(end - 190, "billing-" round)
    else if (kind == 13) tunnel(end - 55, inside, "tunnel-" round ".example")
    else if (kind == 14) traveller(end - 600, user)
    else if (kind == 15) bad_release(end - 48, "checkout-" round, "1." round)
    else if (kind == 16) stopped_trail(end - 300, 400 + round, user)
    else if (kind == 17) new_card(end - 45, "a-" user, "n-" user)
    else if (kind == 18) sprayed_password(end - 281, outside)
    else if (kind == 19) leak(end - 60, "cache-" round, 4000 + round)
    else if (kind == 20) split_deposits(end - 120, user)
    else if (kind == 21) blind_release(end - 150, "gateway-" round, "2." round)
    else if (kind == 22) escalation(end - 70, user)
    else if (kind == 23) batch(end - 60, "run-" round)
}

# Ordinary traffic of one second: something in every stream.
function ordinary(second,    i, user) {
    for (i = chance(9); i >= 0; i--) {
        user = chance(250)
        login(second, "user" user, "192.0.2." user, "mail", chance(25) == 0 ? "failure" : "success")
        process(second, 1000000 + chance(900000), chance(900), chance(2) ? "svchost.exe" : "notepad.exe", "")
        connection(second, "10.1.0." chance(200), "203.0.113." chance(250), 443, 2000 + chance(90000), "established")
    }
    for (i = chance(4); i >= 0; i--) {
        user = chance(250)
        query(second, "10.1.0." chance(200), "example.org", "host" user)
        call(second, "111", "svc-build", chance(3) ? "GetObject" : "PutObject", "," text("sourceIPAddress", "192.0.2.1"))
        charge(second, "a" user, "c" user, 5 + chance(150))
    }
    service(second, "front-" chance(20), "health_check", "," text("status", "pass"))
}

BEGIN {
    seed = 20260105
    base = systime()
    past = 900      # the longest incident takes so long
    pause = 5       # from the end of an incident to that of the next
    names = split("bob ann eve zoe max ida leo mia jan kim tom lia ben amy sam eva", name_of, " ")
    streams = split("auth sysmon network dns cloud payments ops", stream_of, " ")

    # What is older than the past: an account that then was silent, a batch that hangs.
    login(-91 * 86400, "old-admin", "192.0.2.252", "mail", "success")
    write(-91 * 86400)
    step(-4 * 3600 + 20, "run-of-the-night", "extract", "done")
    write(-4 * 3600 + 20)
    login(25, "old-admin", "192.0.2.252", "mail", "success")

    for (second = -past; ; second++) {
        if ((second + past) % pause == 0) incident((second + past) / pause, second + past)
        ordinary(second)
        if (second >= 0) for (i = 1; i <= streams; i++) fflush(out "/" stream_of[i] ".ndjson")
        while (base + second > systime()) system("sleep 0.2")
        write(second)
    }
}
