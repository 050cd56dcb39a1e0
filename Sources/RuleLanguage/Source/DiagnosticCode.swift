/// The stable codes of everything the author of a rule or a configuration can be told. A code is never reused for another meaning.
///
/// FX00xx: files and YAML · FX01xx: rule keys · FX02xx: pattern syntax and structure · FX03xx: expressions ·
/// FX04xx: rule sets (composition, duplicates) · FX05xx: rule tests · FX06xx: configuration · FX1xxx: lints (warnings).
public enum DiagnosticCode: String, Sendable, CaseIterable {
    /// The file cannot be read.
    case unreadableFile = "FX0001"
    /// The text is not YAML.
    case invalidYAML = "FX0002"
    /// The YAML is larger or deeper than the budget, or its aliases expand beyond it.
    case yamlBudget = "FX0003"
    /// A key stands twice in one mapping.
    case duplicateKey = "FX0004"
    /// The bytes are not UTF-8.
    case invalidUTF8 = "FX0005"
    /// A key that does not exist.
    case unknownKey = "FX0101"
    /// A required key is missing.
    case missingKey = "FX0102"
    /// A value of the wrong kind (a list where a text is expected, …).
    case wrongKind = "FX0103"
    /// A value that is not one of those allowed.
    case invalidValue = "FX0104"
    /// A duration that cannot be read.
    case invalidDuration = "FX0105"
    /// A library that does not exist or cannot be loaded.
    case unknownLibrary = "FX0106"
    /// Libraries that use each other in a circle.
    case libraryCycle = "FX0107"
    /// `$name` of a parameter that is not declared, or of the wrong kind.
    case unknownParameter = "FX0108"
    /// A key that is part of the language but not of this version.
    case notSupported = "FX0109"
    /// A character or word that does not belong there in a pattern.
    case patternSyntax = "FX0201"
    /// An event name that is not declared.
    case unknownEvent = "FX0202"
    /// A negation where none can stand: alone, quantified, inside permute or of.
    case misplacedNegation = "FX0203"
    /// A pattern without a bound on its state.
    case unboundedState = "FX0204"
    /// A quantifier with impossible bounds.
    case invalidQuantifier = "FX0205"
    /// A gap with impossible bounds, or where none can stand.
    case invalidGap = "FX0206"
    /// The pattern is too large or nested too deep.
    case patternTooLarge = "FX0207"
    /// The pattern matches without binding an event only.
    case emptyPattern = "FX0208"
    /// Two steps of the same name that are not one.
    case nameClash = "FX0209"
    /// A negation without `for` where the rule has no `within`.
    case negationNeedsBound = "FX0210"
    /// A reserved word or malformed name.
    case invalidName = "FX0211"
    /// A character or word that does not belong there in an expression.
    case expressionSyntax = "FX0301"
    /// A function that does not exist.
    case unknownFunction = "FX0302"
    /// Wrong number of arguments.
    case wrongArgumentCount = "FX0303"
    /// Operands or arguments of types that do not fit.
    case typeMismatch = "FX0304"
    /// A reference to a name that cannot be bound yet, or not here.
    case notBoundYet = "FX0305"
    /// A regular expression that RE2 does not accept.
    case invalidRegex = "FX0306"
    /// A list that does not exist.
    case unknownList = "FX0307"
    /// An address block that is no CIDR.
    case invalidCIDR = "FX0308"
    /// An expression nested too deep.
    case expressionTooDeep = "FX0309"
    /// A meta field that does not exist.
    case unknownMeta = "FX0310"
    /// Two rules with one id.
    case duplicateRule = "FX0401"
    /// Rules whose matches feed each other in a circle.
    case ruleCycle = "FX0402"
    /// A test line that cannot be read.
    case invalidTestLine = "FX0501"
    /// A test that expects what the rule cannot give.
    case invalidExpectation = "FX0502"
    /// An action that the configuration does not have.
    case unknownAction = "FX0601"
    /// `${…}` that stands for nothing: no such variable, no such file, or not closed.
    case unresolvedReference = "FX0602"
    /// A size in bytes that cannot be read.
    case invalidSize = "FX0603"
    /// A password or token that stands in the configuration itself.
    case literalSecret = "FX0604"
    /// A template that cannot be read.
    case invalidTemplate = "FX0605"
    /// What can never match.
    case neverMatches = "FX1001"
    /// A trailing loop under `emit: first` binds its minimum only.
    case trailingLoop = "FX1002"
    /// A reluctant exact quantifier.
    case uselessReluctant = "FX1003"
    /// `where` hides the events of a negated name.
    case whereHidesNegation = "FX1004"
    /// Alternatives with a common prefix.
    case commonPrefix = "FX1005"
    /// A condition that is always true or always false.
    case constantCondition = "FX1006"
    /// An event that is declared but not used.
    case unusedEvent = "FX1007"
    /// A rule without tests.
    case untestedRule = "FX1008"
}
