// What the playground begins with: a rule over two streams that fires for one user, and nearly for another.

/** A playground. */
export const example = {
  rules: `# A guessed password, and what is done with it. Change something and run it again.
rule: account.drained
title: Password guessed, then the customer list exported
level: high
from: { fail: auth, ok: auth, export: web }
by: user
events:
  fail: outcome == "failure"
  ok: outcome == "success"
  export: action == "export" and rows >= 1000
pattern: fail{3,} -> ok ->[<= 5m] export
within: 30m
select:
  failures: count(fail)
  rows: export.rows
  took: export.@time - first(fail).@time
tests:
  - name: guessed, then exported
    given: |
      @stream auth
      0s..20s/10s { user: bob, outcome: failure }
      1m          { user: bob, outcome: success }
      @stream web
      2m          { user: bob, action: export, rows: 5000 }
    expect: [{ user: bob, failures: 3 }]
  - name: people who only mistype
    given: |
      @stream auth
      0s..20s/10s { user: bob, outcome: failure }
      1m          { user: bob, outcome: success }
    expect: []
`,
  streams: {
    auth: `{"ts":"2026-01-01T09:00:00Z","user":"bob","outcome":"failure","src_ip":"198.51.100.23"}
{"ts":"2026-01-01T09:00:10Z","user":"ann","outcome":"failure","src_ip":"192.0.2.7"}
{"ts":"2026-01-01T09:00:20Z","user":"bob","outcome":"failure","src_ip":"198.51.100.23"}
{"ts":"2026-01-01T09:00:30Z","user":"bob","outcome":"failure","src_ip":"198.51.100.23"}
{"ts":"2026-01-01T09:00:40Z","user":"ann","outcome":"failure","src_ip":"192.0.2.7"}
{"ts":"2026-01-01T09:01:00Z","user":"bob","outcome":"success","src_ip":"198.51.100.23"}
{"ts":"2026-01-01T09:01:15Z","user":"ann","outcome":"failure","src_ip":"192.0.2.7"}
{"ts":"2026-01-01T09:01:40Z","user":"ann","outcome":"success","src_ip":"192.0.2.7"}
`,
    web: `{"ts":"2026-01-01T09:02:30Z","user":"bob","action":"view","rows":20}
{"ts":"2026-01-01T09:03:10Z","user":"bob","action":"export","rows":48210}
{"ts":"2026-01-01T09:04:00Z","user":"ann","action":"export","rows":35}
{"ts":"2026-01-01T09:09:30Z","user":"ann","action":"export","rows":1200}
`,
  },
  time: '',
  lateness: '',
};
