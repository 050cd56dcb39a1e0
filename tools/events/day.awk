# A day with incidents, the same every time.

BEGIN {
    seed = 20260105
    base = 1767571200    # 2026-01-05T00:00:00Z

    # Ordinary traffic of the day.
    for (second = 0; second < 86400; second += 20) {
        user = chance(40)
        login(second, "user" user, "192.0.2." user, "mail", chance(25) == 0 ? "failure" : "success")
        process(second + 3, 1000 + second / 20, chance(900), chance(2) ? "svchost.exe" : "notepad.exe", "")
        connection(second + 5, "10.1.0." chance(200), "203.0.113." chance(250), 443, 300 + chance(90000), "established")
        call(second + 7, "111", "svc-build", chance(3) ? "GetObject" : "PutObject", "," text("sourceIPAddress", "192.0.2.1"))
        if (second % 60 == 0) charge(second + 11, "a" user, "c" user, 5 + chance(150))
        if (second % 300 == 0) service(second + 13, "billing", "health_check", "," text("status", "pass"))
    }

    guessed_password(7800, "bob", "198.51.100.23")      # 02:10
    tired_user(10800, "ann", "198.51.100.77")           # 03:00
    ransomware(14400, 50007)                            # 04:00
    implant(18000, "10.1.0.207", "198.51.100.99")       # 05:00
    public_bucket(21600, "111", "eve", "invoices")      # 06:00
    stopped_trail(21700, "111", "eve")
    stolen_card(25200, "a99", "c99")                    # 07:00
    stopped_service(28800, "search")                    # 08:00
    crashing_service(30000, "billing")

    for (second = 0; second < 90000; second++) if (second in waiting) write(second)
}
