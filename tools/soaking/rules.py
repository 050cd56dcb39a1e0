"""The rules of the soak: those whose logic stays, whatever is written beside it, and those that change."""
import os
import threading

# A match of these must come as a replay finds it.
STABLE = """
rule: soak.guessed
title: revision {revision}
from: logins
by: user
events: {{ fail: outcome == "failure", ok: outcome == "success" }}
pattern: fail{{3,}} -> ok
within: 20s
select: {{ failures: count(fail), took: ok.@time - first(fail).@time }}
tests: []
---
rule: soak.strict
description: revision {revision}
from: logins
by: user
events: {{ fail: outcome == "failure", ok: outcome == "success" }}
pattern: fail{{2}} , ok
within: 10s
tests: []
---
rule: soak.longest
title: revision {revision}
from: logins
by: user
events: {{ fail: outcome == "failure" }}
pattern: fail{{3,}}[->[<= 5s]]
within: 30s
emit: final
select: {{ failures: count(fail) }}
tests: []
---
rule: soak.again
tags: [revision.{revision}]
from: matches
by: key.user
events: {{ guessed: rule == "soak.guessed" }}
pattern: guessed{{2}}
within: 60s
tests: []
---
rule: soak.abandoned
title: revision {revision}
from: clicks
by: session
events: {{ begin: step == "begin", done: step == "done" }}
pattern: begin -> !done for 20s
within: 25s
tests: []
---
rule: soak.bought
title: revision {revision}
from: clicks
where: premium == true
by: session
events: {{ begin: step == "begin", view: step == "view", cart: step == "cart", done: step == "done" }}
pattern: begin -> permute(view, cart) -> done
within: 30s
tests: []
---
rule: soak.unfinished
title: revision {revision}
from: clicks
where: premium == true
by: session
events: {{ begin: step == "begin", cart: step == "cart", done: step == "done" }}
pattern: begin -> cart -> done
within: 4s
timeout: emit
tests: []
---
rule: soak.chain
title: revision {revision}
from: {{ fail: logins, begin: clicks, paid: payments }}
by: user
events: {{ fail: outcome == "failure", begin: step == "begin", paid: amount >= 900 }}
pattern: fail -> begin -> paid
within: 20s
select: {{ amount: paid.amount }}
tests: []
---
rule: soak.rising
title: revision {revision}
from: payments
by: user
events: {{ one: amount >= 900, more: amount >= 900 and amount > one.amount }}
pattern: one ->> more
within: 60s
emit: all
skip: none
tests: []
---
rule: soak.held
title: revision {revision}
from: payments
by: user
events: {{ large: amount >= 900 }}
pattern: large
suppress: {{ by: user, for: 30s, summary: true }}
tests: []
---
rule: soak.latest
title: revision {revision}
from: {{ fail: logins, paid: payments }}
by: user
events: {{ fail: outcome == "failure", paid: amount >= 900 }}
pattern: fail -> paid
within: 10s
skip: none
prefer: latest
tests: []
"""

# What these come to depends on when a change was taken over.
CHANGING = """
rule: soak.changing
title: revision {revision}
from: logins
by: user
params: {{ attempts: {attempts} }}
events: {{ fail: outcome == "failure", ok: outcome == "success" }}
pattern: {pattern}
within: {within}
tests: []
"""
EXTRA = """
rule: soak.extra
from: payments
by: user
events: {{ large: amount >= 9{digit}0 }}
pattern: large
tests: []
"""
BROKEN = "rule: soak.broken\nby: user\nevents: { a: outcome == }\npattern: a -> b{{\n"


class Rules:
    """The folder of the rules, and its changes in turn. `lock`: while nothing may change."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.revision = 0
        self.changes = 0
        os.makedirs(folder)
        self._stable()
        self._changing("fail{$attempts,} -> ok", 3, "20s")

    @property
    def stable(self):
        return os.path.join(self.folder, "stable.yaml")

    def change(self):
        """Makes the next change."""
        turn = self.changes % 8
        self.changes += 1
        self.revision += 1
        if turn == 0:
            self._stable()
        elif turn == 1:
            self._changing("fail{$attempts,} -> ok", 3 + self.changes // 8 % 3, "15s")
        elif turn == 2:
            self._write("broken.yaml", BROKEN)
        elif turn == 3:
            self.mend()
        elif turn == 4:
            self._write("extra.yaml", EXTRA.format(digit=self.changes // 8 % 10))
        elif turn == 5:
            self._changing("fail{$attempts} -> ok -> ok", 2, "10s")
        elif turn == 6:
            os.remove(os.path.join(self.folder, "extra.yaml"))
        else:
            self._stable(in_place=True)

    def mend(self):
        """Removes what does not compile."""
        try:
            os.remove(os.path.join(self.folder, "broken.yaml"))
        except FileNotFoundError:
            pass

    def _stable(self, in_place=False):
        self._write("stable.yaml", STABLE.format(revision=self.revision), in_place)

    def _changing(self, pattern, attempts, within):
        self._write("changing.yaml", CHANGING.format(revision=self.revision, pattern=pattern, attempts=attempts, within=within))

    def _write(self, name, text, in_place=False):
        path = os.path.join(self.folder, name)
        if in_place:
            with open(path, "w") as file:
                file.write(text)
            return
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)
