@testable import RuleLanguage

/// A rule that earns a diagnostic, and how that begins: headline, source line, caret.
struct DiagnosticSample: Sendable, CustomStringConvertible {
    var code: DiagnosticCode
    var yaml: String
    var shown: String
    var description: String { code.rawValue }

    static let all: [DiagnosticSample] = [
        DiagnosticSample(
            code: .invalidYAML,
            yaml: #"""
                rule: t
                events: {a: x
                """#,
            shown: #"""
                t.yaml:3:1: error[FX0002]: while parsing a flow mapping: did not find expected ',' or '}'
                  
                  ^
                """#),
        DiagnosticSample(
            code: .yamlBudget,
            yaml: #"""
                a: &a [x,x,x,x,x,x,x,x,x]
                b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
                c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
                e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
                f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
                g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]
                h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]
                """#,
            shown: #"""
                t.yaml:6:8: error[FX0003]: the document has more than 100000 nodes when its aliases are expanded
                  f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
                         ^~
                """#),
        DiagnosticSample(
            code: .duplicateKey,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                within: 5s
                """#,
            shown: #"""
                t.yaml:7:1: error[FX0004]: key `within` stands twice in one mapping
                  within: 5s
                  ^~~~~~
                """#),
        DiagnosticSample(
            code: .unknownKey,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                titel: x
                """#,
            shown: #"""
                t.yaml:7:1: error[FX0101]: a rule has no key `titel`
                  titel: x
                  ^~~~~
                """#),
        DiagnosticSample(
            code: .missingKey,
            yaml: #"""
                rule: t
                events: {a: x == 1}
                """#,
            shown: #"""
                t.yaml:1:7: error[FX0102]: a rule needs the key `pattern`
                  rule: t
                        ^
                """#),
        DiagnosticSample(
            code: .wrongKind,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                title: [x]
                """#,
            shown: #"""
                t.yaml:7:8: error[FX0103]: `title` must be a single value, not a list
                  title: [x]
                         ^~~
                """#),
        DiagnosticSample(
            code: .invalidValue,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                level: urgent
                """#,
            shown: #"""
                t.yaml:7:8: error[FX0104]: `level` cannot be `urgent`
                  level: urgent
                         ^~~~~~
                """#),
        DiagnosticSample(
            code: .invalidDuration,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: soon
                """#,
            shown: #"""
                t.yaml:6:9: error[FX0105]: `within` must be a duration, not `soon`
                  within: soon
                          ^~~~
                """#),
        DiagnosticSample(
            code: .unknownLibrary,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                use: [nothing]
                """#,
            shown: #"""
                t.yaml:7:7: error[FX0106]: there is no library `nothing`
                  use: [nothing]
                        ^~~~~~~
                """#),
        DiagnosticSample(
            code: .unknownParameter,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a{$n} -> b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:13: error[FX0108]: no parameter `n` is declared
                  pattern: 'a{$n} -> b'
                              ^~
                """#),
        DiagnosticSample(
            code: .notSupported,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                window: tumbling 5m
                """#,
            shown: #"""
                t.yaml:7:1: error[FX0109]: `window` is not supported by this version
                  window: tumbling 5m
                  ^~~~~~
                """#),
        DiagnosticSample(
            code: .patternSyntax,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> -> b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:16: error[FX0201]: expected a step: a name, `(`, `!`, `permute(` or `n of (`, found `->`
                  pattern: 'a -> -> b'
                                 ^~
                """#),
        DiagnosticSample(
            code: .unknownEvent,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> c'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:16: error[FX0202]: no event `c` is declared
                  pattern: 'a -> c'
                                 ^
                """#),
        DiagnosticSample(
            code: .misplacedNegation,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> (!b){2}'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:17: error[FX0203]: a negation cannot stand alone
                  pattern: 'a -> (!b){2}'
                                  ^~
                """#),
        DiagnosticSample(
            code: .unboundedState,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                """#,
            shown: #"""
                t.yaml:5:16: error[FX0204]: nothing bounds how long an attempt may wait here
                  pattern: 'a -> b'
                                 ^
                """#),
        DiagnosticSample(
            code: .invalidQuantifier,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a{3,2} -> b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:12: error[FX0205]: the quantifier's minimum 3 is above its maximum 2
                  pattern: 'a{3,2} -> b'
                             ^~~~~
                """#),
        DiagnosticSample(
            code: .invalidGap,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a ->[5s..2s] b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:15: error[FX0206]: the gap's lower bound 5s is above its upper bound 2s
                  pattern: 'a ->[5s..2s] b'
                                ^~~~~~~~
                """#),
        DiagnosticSample(
            code: .patternTooLarge,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: '((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:111: error[FX0207]: the pattern is nested deeper than 100
                  (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
                                                                                                 ^
                """#),
        DiagnosticSample(
            code: .emptyPattern,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: '!a -> !b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:11: error[FX0208]: a pattern of negations only binds no event
                  pattern: '!a -> !b'
                            ^~~~~~~~
                """#),
        DiagnosticSample(
            code: .negationNeedsBound,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> !b'
                limit: { attempts: 5 }
                """#,
            shown: #"""
                t.yaml:5:16: error[FX0210]: a negation at the end needs `for`, or the rule `within`
                  pattern: 'a -> !b'
                                 ^~
                """#),
        DiagnosticSample(
            code: .invalidName,
            yaml: #"""
                rule: t
                events:
                  until: x == 1
                pattern: until
                within: 10s
                """#,
            shown: #"""
                t.yaml:3:3: error[FX0211]: `until` is a word of the language and no name for an event
                    until: x == 1
                    ^~~~~
                """#),
        DiagnosticSample(
            code: .expressionSyntax,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'x == '
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:12: error[FX0301]: expected a value, found the end
                    b: 'x == '
                             ^
                """#),
        DiagnosticSample(
            code: .unknownFunction,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'lowr(x) == "y"'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:7: error[FX0302]: there is no function `lowr`
                    b: 'lowr(x) == "y"'
                        ^~~~
                """#),
        DiagnosticSample(
            code: .wrongArgumentCount,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'lower(x, y) == "z"'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:7: error[FX0303]: `lower` takes 1 arguments, not 2
                    b: 'lower(x, y) == "z"'
                        ^~~~~
                """#),
        DiagnosticSample(
            code: .typeMismatch,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: '1 == "y"'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:7: error[FX0304]: a number cannot be compared with a text
                    b: '1 == "y"'
                        ^~~~~~~~
                """#),
        DiagnosticSample(
            code: .notBoundYet,
            yaml: #"""
                rule: t
                events:
                  a: x == b.x
                  b: x == 2
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:3:11: error[FX0305]: `b` cannot be bound yet when `a` is tested
                    a: x == b.x
                            ^~~
                """#),
        DiagnosticSample(
            code: .invalidRegex,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'x matches "("'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:17: error[FX0306]: RE2 does not accept this expression: missing ): (
                    b: 'x matches "("'
                                  ^~~
                """#),
        DiagnosticSample(
            code: .unknownList,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'x in @lists.admins'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:12: error[FX0307]: no list `admins` is declared
                    b: 'x in @lists.admins'
                             ^~~~~~~~~~~~~
                """#),
        DiagnosticSample(
            code: .invalidCIDR,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'cidr(x, "10.0.0.0/99")'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:15: error[FX0308]: this is no address block
                    b: 'cidr(x, "10.0.0.0/99")'
                                ^~~~~~~~~~~~~
                """#),
        DiagnosticSample(
            code: .expressionTooDeep,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: 'not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not x == 1'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:807: error[FX0309]: the expression is nested deeper than 200
                  ot not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not n
                                                                                                 ^~~
                """#),
        DiagnosticSample(
            code: .unknownMeta,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: '@tme > @time'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:7: error[FX0310]: there is no meta field `@tme`
                    b: '@tme > @time'
                        ^~~~
                """#),
        DiagnosticSample(
            code: .duplicateRule,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                ---
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:8:7: error[FX0401]: rule `t` is already defined at t.yaml:1
                  rule: t
                        ^
                """#),
        DiagnosticSample(
            code: .ruleCycle,
            yaml: #"""
                rule: t
                from: matches
                events: {a: x == 1}
                pattern: a
                """#,
            shown: #"""
                t.yaml:1:7: error[FX0402]: matches feed rules in a circle: t -> t
                  rule: t
                        ^
                """#),
        DiagnosticSample(
            code: .invalidTestLine,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                tests:
                  - name: n
                    given: |
                      soon {x: 1}
                    expect: []
                """#,
            shown: #"""
                t.yaml:10:7: error[FX0501]: `soon` is no time
                        soon {x: 1}
                        ^~~~
                """#),
        DiagnosticSample(
            code: .invalidExpectation,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                tests:
                  - name: n
                    given: |
                      0s {x: 1}
                    expect: [{ nothing: 1 }]
                """#,
            shown: #"""
                t.yaml:11:16: error[FX0502]: a match of this rule has no field `nothing`
                      expect: [{ nothing: 1 }]
                                 ^~~~~~~
                """#),
        DiagnosticSample(
            code: .neverMatches,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a*?'
                within: 10s
                emit: final
                """#,
            shown: #"""
                t.yaml:5:11: warning[FX1001]: under `emit: final` the preferred match of this pattern is the empty one, so it never matches
                  pattern: 'a*?'
                            ^~~
                """#),
        DiagnosticSample(
            code: .trailingLoop,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b+'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:16: warning[FX1002]: under `emit: first` this loop at the end binds its minimum of 1 only
                  pattern: 'a -> b+'
                                 ^~
                """#),
        DiagnosticSample(
            code: .uselessReluctant,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a{2}? -> b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:12: warning[FX1003]: a reluctant `?` after an exact quantifier changes nothing
                  pattern: 'a{2}? -> b'
                             ^~~~
                """#),
        DiagnosticSample(
            code: .whereHidesNegation,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> !b -> a'
                where: x == 1
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:6: warning[FX1004]: `where` hides the events of `b`, so the negation or `until` never sees one
                    b: x == 2
                       ^~~~~~
                """#),
        DiagnosticSample(
            code: .commonPrefix,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b | a -> a'
                within: 10s
                """#,
            shown: #"""
                t.yaml:5:20: warning[FX1005]: two alternatives start with `a`: each binds it on its own
                  pattern: 'a -> b | a -> a'
                                     ^~~~~~
                """#),
        DiagnosticSample(
            code: .constantCondition,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: '1 == 2'
                pattern: a -> b
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:7: warning[FX1006]: this condition is always false
                    b: '1 == 2'
                        ^~~~~~
                """#),
        DiagnosticSample(
            code: .unusedEvent,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a'
                within: 10s
                """#,
            shown: #"""
                t.yaml:4:3: warning[FX1007]: the event `b` is declared and not used in the pattern
                    b: x == 2
                    ^
                """#),
        DiagnosticSample(
            code: .untestedRule,
            yaml: #"""
                rule: t
                events:
                  a: x == 1
                  b: x == 2
                pattern: 'a -> b'
                within: 10s
                """#,
            shown: #"""
                t.yaml:1:7: warning[FX1008]: rule `t` has no tests
                  rule: t
                        ^
                """#),
    ]
}
